import RPC
import Testing
import WardlineAPI

@Suite("Fields that cannot be what they should be")
struct FieldTests {
  private func expectRefusal(
    naming words: String,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ call: () async throws -> Void
  ) async {
    let error = await #expect(throws: RPCError.self, sourceLocation: sourceLocation) {
      try await call()
    }
    #expect(error?.code == .invalidArgument, sourceLocation: sourceLocation)
    #expect(error?.message.contains(words) == true, "\(words)", sourceLocation: sourceLocation)
  }

  @Test("a send names what is wrong with it")
  func send() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let key = String(repeating: "k", count: 129)
      let requests = [
        ("give one of", SendMessageRequest(content: "x")),
        ("conversation_id", SendMessageRequest(to: .conversationID("x"), content: "x")),
        ("conversation_id", SendMessageRequest(to: .conversationID(""), content: "x")),
        ("recipient_id", SendMessageRequest(to: .recipientID("a b"), content: "x")),
        ("recipient_id", SendMessageRequest(to: .recipientID(""), content: "x")),
        (
          "idempotency_key",
          SendMessageRequest(to: .recipientID("lind"), content: "x", idempotencyKey: key)
        ),
        (
          "idempotency_key",
          SendMessageRequest(to: .recipientID("lind"), content: "x", idempotencyKey: "a\nb")
        ),
      ]
      for (words, request) in requests {
        await expectRefusal(naming: words) { _ = try await amara.messages.send(request) }
      }
    }
  }

  @Test("a page names what is wrong with it")
  func list() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let id = "0000000000001"
      let requests = [
        ("page", ListMessagesRequest(page: "x")),
        ("sender_user_id", ListMessagesRequest(senderUserID: "?")),
        ("since_ms", ListMessagesRequest(sinceMs: -1)),
        ("conversation_id", ListMessagesRequest(conversationID: "ILLEGAL000000")),
        ("before", ListMessagesRequest(conversationID: id, before: -1)),
        ("after", ListMessagesRequest(conversationID: id, after: -1)),
        ("limit", ListMessagesRequest(conversationID: id, limit: 201)),
        ("limit", ListMessagesRequest(conversationID: id, limit: -1)),
      ]
      for (words, request) in requests {
        await expectRefusal(naming: words) { _ = try await amara.messages.list(request) }
      }
    }
  }

  @Test("message and conversation identifiers and watermarks are named")
  func others() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let messages = amara.messages
      for id in ["", "1", "0000000000001", "0000000000001.0", "0000000000001.01"] {
        await expectRefusal(naming: "message_id") {
          _ = try await messages.get(GetMessageRequest(messageID: id))
        }
        await expectRefusal(naming: "message_id") {
          _ = try await messages.receipts(ReceiptsRequest(messageID: id))
        }
      }
      await expectRefusal(naming: "up_to") {
        let request = MarkReadRequest(conversationID: "0000000000001", upTo: -1)
        _ = try await messages.markRead(request)
      }
      await expectRefusal(naming: "member_id") {
        _ = try await amara.conversations.create(CreateConversationRequest(memberID: "a b"))
      }
    }
  }
}
