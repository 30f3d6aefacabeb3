import RPC
import Testing
import WardlineAPI

@Suite("Groups through RPC")
struct GroupTests {
  private func group(
    _ owner: Person,
    _ others: [Person],
    history: HistoryVisibility = .unspecified,
    key: String = ""
  ) async throws -> Conversation {
    let request = CreateConversationRequest(
      type: .group,
      title: "Care plan",
      participantIDs: others.map(\.id),
      history: history,
      idempotencyKey: key
    )
    let response = try await owner.conversations.create(request)
    return try #require(response.conversation)
  }

  private func say(_ content: String, _ sender: Person, in id: String) async throws -> String {
    try await sender.messages.send(
      SendMessageRequest(to: .conversationID(id), content: content)
    ).messageID
  }

  @Test("S2.81: a group has roles, and its owner adds, promotes and removes")
  func life() async throws {
    try await Clinic.with { clinic in
      let doctor = try await clinic.person("doctor", "doctor")
      let amara = try await clinic.person("amara", "patient")
      let nurse = try await clinic.person("nurse", "nurse")
      let made = try await group(doctor, [amara])
      #expect(made.type == .group)
      #expect(made.title == "Care plan")
      #expect(made.participants.map(\.participantRole) == [.owner, .member])
      let id = made.conversationID
      let add = AddParticipantsRequest(conversationID: id, userIDs: ["nurse"])
      await expectError(.permissionDenied) {
        _ = try await amara.conversations.addParticipants(add)
      }
      await expectError(.notFound) { _ = try await nurse.conversations.addParticipants(add) }
      let added = try await doctor.conversations.addParticipants(add).participants
      #expect(added.map(\.userID) == ["nurse"])
      let role = SetParticipantRoleRequest(
        conversationID: id,
        userID: "nurse",
        participantRole: .moderator
      )
      _ = try await doctor.conversations.setParticipantRole(role)
      let remove = RemoveParticipantRequest(conversationID: id, userID: "amara")
      let removed = try await nurse.conversations.removeParticipant(remove)
      #expect(removed.leftAtMs == Clinic.start)
      await expectError(.notFound) {
        _ = try await amara.conversations.get(GetConversationRequest(conversationID: id))
      }
      let all = try await doctor.conversations.get(GetConversationRequest(conversationID: id))
      #expect(all.conversation?.participants.map(\.isActive) == [true, false, true])
    }
  }

  @Test("S2.40: who leaves gets his leave as the last event, however much is said meanwhile")
  func leaving() async throws {
    try await Clinic.with { clinic in
      let doctor = try await clinic.person("doctor", "doctor")
      let amara = try await clinic.person("amara", "patient")
      let id = try await group(doctor, [amara]).conversationID
      let feed = try await Feed(amara, SubscribeRequest(fromStart: true))
      let leave = LeaveConversationRequest(conversationID: id)
      async let left = amara.conversations.leave(leave)
      for number in 0..<100 { _ = try await say("\(number)", doctor, in: id) }
      _ = try await left
      let other = try await amara.send("elsewhere", to: doctor)
      var hasLeft = false
      while true {
        let event = try await feed.nextEvent()
        if event.conversationID == other.conversationID { break }
        #expect(!hasLeft, "nothing of the group comes after the leave")
        if case .participantLeft(let left) = event.change, left.userID == "amara" {
          #expect(left.reason == .left)
          hasLeft = true
        }
      }
      #expect(hasLeft)
    }
  }

  @Test("S2.30: patients begin no groups, and reach no patient through anybody's")
  func patients() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let noah = try await clinic.person("noah", "patient")
      let doctor = try await clinic.person("doctor", "doctor")
      await expectError(.permissionDenied) { _ = try await group(amara, [doctor]) }
      let id = try await group(doctor, [amara]).conversationID
      let promote = SetParticipantRoleRequest(
        conversationID: id,
        userID: "amara",
        participantRole: .moderator
      )
      _ = try await doctor.conversations.setParticipantRole(promote)
      let unknown = await #expect(throws: RPCError.self) {
        _ = try await amara.conversations.addParticipants(
          AddParticipantsRequest(conversationID: id, userIDs: ["nobody"])
        )
      }
      let patient = await #expect(throws: RPCError.self) {
        _ = try await amara.conversations.addParticipants(
          AddParticipantsRequest(conversationID: id, userIDs: [noah.id])
        )
      }
      #expect(unknown == patient)
      #expect(patient?.code == .notFound)
    }
  }

  @Test("S1.3c, S1.3d: the title changes live, and a closed conversation is only read")
  func updating() async throws {
    try await Clinic.with { clinic in
      let doctor = try await clinic.person("doctor", "doctor")
      let amara = try await clinic.person("amara", "patient")
      let admin = try await clinic.person("admin", "admin")
      let id = try await group(doctor, [amara]).conversationID
      let feed = try await Feed(amara, SubscribeRequest())
      _ = try await feed.next()
      _ = try await doctor.conversations.update(
        UpdateConversationRequest(conversationID: id, newTitle: .title("Discharge"))
      )
      let closed = try await admin.conversations.close(
        CloseConversationRequest(conversationID: id)
      )
      #expect(closed.conversation?.isActive == false)
      var changes: [String] = []
      while changes.count < 2 {
        if case .conversationUpdated(let change) = try await feed.nextEvent().change {
          changes.append("\(change.title) \(change.isActive) \(change.changedByUserID)")
        }
      }
      #expect(changes == ["Discharge true doctor", "Discharge false admin"])
      await expectError(.failedPrecondition) { _ = try await say("x", amara, in: id) }
      let list = ListMessagesRequest(conversationID: id)
      #expect(try await amara.messages.list(list).messages.isEmpty)
      _ = try await doctor.conversations.reopen(ReopenConversationRequest(conversationID: id))
      _ = try await say("x", amara, in: id)
    }
  }

  @Test("the same key and request give the same bytes, another request the first one's name")
  func keys() async throws {
    try await Clinic.with { clinic in
      let doctor = try await clinic.person("doctor", "doctor")
      let amara = try await clinic.person("amara", "patient")
      let first = try await group(doctor, [amara], key: "k")
      clinic.advance(seconds: 600)
      let again = try await group(doctor, [amara], key: "k")
      #expect(first == again)
      let error = await #expect(throws: RPCError.self) {
        _ = try await group(doctor, [amara], history: .fromJoin, key: "k")
      }
      #expect(error?.code == .alreadyExists)
      #expect(error?.message.contains(first.conversationID) == true)
    }
  }
}

/// Expects a call to fail with a status.
func expectError(
  _ code: StatusCode,
  sourceLocation: SourceLocation = #_sourceLocation,
  _ call: () async throws -> Void
) async {
  let error = await #expect(throws: RPCError.self, sourceLocation: sourceLocation) {
    try await call()
  }
  #expect(error?.code == code, sourceLocation: sourceLocation)
}
