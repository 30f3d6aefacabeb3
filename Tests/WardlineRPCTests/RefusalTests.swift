import RPC
import Testing
import WardlineAPI

@Suite("What would be left out of account or go too far is refused")
struct RefusalTests {
  @Test("a direct conversation begins with its title, and has no further participants")
  func directTitle() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      _ = try await clinic.person("lind", "dietitian")
      var request = CreateConversationRequest(
        userID: "amara",
        memberID: "lind",
        title: "Diet",
        participantIDs: ["lind"]
      )
      await expectError(.invalidArgument) { _ = try await amara.conversations.create(request) }
      request.participantIDs = []
      let made = try #require(try await amara.conversations.create(request).conversation)
      #expect(made.title == "Diet")
      request.title = "Another"
      let again = try #require(try await amara.conversations.create(request).conversation)
      #expect(again.title == "Diet")
      request.title = String(repeating: "x", count: 201)
      await expectError(.invalidArgument) { _ = try await amara.conversations.create(request) }
    }
  }

  @Test("a list of one conversation takes no filter, and one of all takes no range")
  func listFields() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let id = try await amara.send("x", to: lind).conversationID
      for request in [
        ListMessagesRequest(conversationID: id, senderUserID: "lind"),
        ListMessagesRequest(conversationID: id, messageType: .file),
        ListMessagesRequest(conversationID: id, sinceMs: 1),
        ListMessagesRequest(conversationID: id, priority: .urgent),
        ListMessagesRequest(before: 2),
        ListMessagesRequest(after: 2),
        ListMessagesRequest(fromStart: true),
      ] {
        await expectError(.invalidArgument) { _ = try await amara.messages.list(request) }
      }
    }
  }

  @Test("in a broadcast no patient is mentioned: the others must not know of them")
  func mentions() async throws {
    try await Clinic.with { clinic in
      let lind = try await clinic.person("lind", "dietitian")
      for name in ["amara", "noah"] { _ = try await clinic.person(name, "patient") }
      _ = try await clinic.person("nurse", "nurse")
      let request = CreateConversationRequest(
        type: .broadcast,
        title: "News",
        participantIDs: ["amara", "noah", "nurse"]
      )
      let made = try #require(try await lind.conversations.create(request).conversation)
      let send = { (mentions: [String]) in
        try await lind.messages.send(
          SendMessageRequest(
            to: .conversationID(made.conversationID),
            content: "x",
            mentions: mentions
          )
        )
      }
      await expectError(.failedPrecondition) { _ = try await send(["noah"]) }
      let sent = try await send(["nurse"])
      await expectError(.failedPrecondition) {
        _ = try await lind.messages.update(
          UpdateMessageRequest(messageID: sent.messageID, content: "y", mentions: ["amara"])
        )
      }
    }
  }

  @Test("a service enters people, but nobody who runs the clinic, and no service")
  func directory() async throws {
    try await Clinic.with { clinic in
      let portal = try await clinic.person("portal", "service")
      let root = try await clinic.person("root", "admin")
      let put = { (person: Person, id: String, role: Role) in
        try await person.users.put(PutUserRequest(userID: id, displayName: "X", role: role))
      }
      _ = try await put(portal, "amara", .patient)
      for role in [Role.admin, .service] {
        await expectError(.permissionDenied) { _ = try await put(portal, "evil", role) }
        await expectError(.permissionDenied) { _ = try await put(portal, "amara", role) }
      }
      await expectError(.permissionDenied) { _ = try await put(portal, "root", .patient) }
      _ = try await put(root, "evil", .admin)
    }
  }

  @Test("who was deactivated has no name any more, but for those who can enter them again")
  func formerName() async throws {
    try await Clinic.with { clinic in
      let root = try await clinic.person("root", "admin")
      let lind = try await clinic.person("lind", "dietitian")
      _ = try await clinic.person("nurse", "nurse")
      _ = try await root.users.put(
        PutUserRequest(userID: "nurse", displayName: "Nora", role: .nurse, deactivated: true)
      )
      let request = GetUserRequest(userID: "nurse")
      #expect(try await lind.users.get(request).user?.displayName == "Former user")
      #expect(try await root.users.get(request).user?.displayName == "Nora")
    }
  }

  @Test("no other patient joins a support conversation")
  func supportConversation() async throws {
    try await Clinic.with { clinic in
      let root = try await clinic.person("root", "admin")
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      _ = try await clinic.person("noah", "patient")
      _ = try await clinic.person("nurse", "nurse")
      _ = try await root.careTeams.assign(
        AssignCareRequest(patientID: "amara", professionalID: "lind")
      )
      let sent = try await amara.messages.send(
        SendMessageRequest(to: .careRole(.dietitian), content: "x")
      )
      let add = { (user: String) in
        try await lind.conversations.addParticipants(
          AddParticipantsRequest(conversationID: sent.conversationID, userIDs: [user])
        )
      }
      await expectError(.failedPrecondition) { _ = try await add("noah") }
      _ = try await add("nurse")
      _ = try await add("amara")
    }
  }
}
