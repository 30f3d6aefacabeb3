import RPC
import Testing
import WardlineAPI

@Suite("Sensitive conversations")
struct SensitiveConversationTests {
  private func label(_ id: String, _ isSensitive: Bool) -> UpdateConversationRequest {
    UpdateConversationRequest(conversationID: id, newLabel: .isSensitive(isSensitive))
  }

  private func preview(_ id: String, _ person: Person) async throws -> String? {
    try await person.conversations.get(GetConversationRequest(conversationID: id)).conversation?
      .preview
  }

  @Test("S2.64: the preview of one shows nothing, until it is called so no more")
  func preview() async throws {
    try await Clinic.with { clinic in
      let doctor = try await clinic.person("doctor", "doctor")
      let amara = try await clinic.person("amara", "patient")
      let sent = try await amara.messages.send(
        SendMessageRequest(to: .recipientID("doctor"), content: "about my diagnosis")
      )
      let id = sent.conversationID
      #expect(try await preview(id, doctor) == "about my diagnosis")
      let answer = try await doctor.conversations.update(label(id, true)).conversation
      #expect(answer?.isSensitive == true)
      for person in [doctor, amara] {
        #expect(try await preview(id, person) == "")
        let list = try await person.conversations.list(ListConversationsRequest())
        #expect(list.conversations.map(\.isSensitive) == [true])
        #expect(list.conversations.map(\.preview) == [""])
      }
      _ = try await doctor.conversations.update(label(id, false))
      #expect(try await preview(id, amara) == "about my diagnosis")
    }
  }

  @Test("any of the staff who take part may say so, a patient and who is not there may not")
  func access() async throws {
    try await Clinic.with { clinic in
      let doctor = try await clinic.person("doctor", "doctor")
      let nurse = try await clinic.person("nurse", "nurse")
      let amara = try await clinic.person("amara", "patient")
      let stranger = try await clinic.person("stranger", "nurse")
      let group = CreateConversationRequest(type: .group, participantIDs: ["nurse", "amara"])
      let id = try #require(try await doctor.conversations.create(group).conversation)
        .conversationID
      _ = try await nurse.conversations.update(label(id, true))
      await expectError(.permissionDenied) {
        _ = try await amara.conversations.update(label(id, false))
      }
      await expectError(.notFound) {
        _ = try await stranger.conversations.update(label(id, false))
      }
      // Whoever does not manage it may change this, and nothing beside it.
      var both = label(id, false)
      both.history = .fromJoin
      await expectError(.permissionDenied) { _ = try await nurse.conversations.update(both) }
      #expect(try await preview(id, doctor) != nil)
      _ = try await doctor.conversations.update(both)
    }
  }
}
