import RPC
import Testing
import WardlineAPI

@Suite("Conversations through RPC")
struct ConversationTests {
  @Test("S1.1, S1.3a, S2.3: a second create of the same pair returns the same conversation")
  func create() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let request = CreateConversationRequest(userID: "amara", memberID: "lind")
      let first = try await amara.conversations.create(request)
      #expect(first.created)
      let turned = CreateConversationRequest(userID: "lind", memberID: "amara")
      for person in [amara, lind] {
        for request in [request, turned] {
          let again = try await person.conversations.create(request)
          #expect(!again.created)
          #expect(again.conversation?.conversationID == first.conversation?.conversationID)
        }
      }
      let id = try #require(first.conversation?.conversationID)
      let request2 = GetConversationRequest(conversationID: id)
      let got = try #require(try await lind.conversations.get(request2).conversation)
      #expect(got.userID == "amara")
      #expect(got.memberID == "lind")
      #expect(got.type == .direct)
      #expect(got.isActive)
      #expect(got.createdAtMs == Clinic.start)
      #expect(
        try await lind.conversations.list(ListConversationsRequest()).conversations.count == 1
      )
    }
  }

  @Test("S2.2: patients do not reach each other, and learn no more than of nobody")
  func patients() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let other = try await clinic.person("other", "patient")
      let nobody = Person(id: "nobody", connection: other.connection)
      var errors: Set<RPCError> = []
      for target in [other, nobody] {
        errors.insert(
          try #require(
            await #expect(throws: RPCError.self) { try await amara.send("x", to: target) }
          )
        )
        errors.insert(
          try #require(
            await #expect(throws: RPCError.self) {
              try await amara.conversations.create(
                CreateConversationRequest(userID: "amara", memberID: target.id)
              )
            }
          )
        )
      }
      #expect(errors == [RPCError(.notFound, "no such user")])
    }
  }

  @Test("S2.25, S2.28, S2.17: a foreign conversation and one that is not there answer the same")
  func foreign() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let nina = try await clinic.person("nina", "nurse")
      let sent = try await amara.send("private", to: lind)
      var answers: [Set<RPCError>] = [[], [], [], [], [], [], [], []]
      for id in [sent.conversationID, "0000000000001"] {
        let calls: [() async throws -> Void] = [
          { _ = try await nina.conversations.get(GetConversationRequest(conversationID: id)) },
          { _ = try await nina.messages.list(ListMessagesRequest(conversationID: id)) },
          { _ = try await nina.messages.get(GetMessageRequest(messageID: "\(id).1")) },
          { _ = try await nina.messages.receipts(ReceiptsRequest(messageID: "\(id).1")) },
          { _ = try await nina.messages.unreadCount(UnreadCountRequest(conversationID: id)) },
          { _ = try await nina.messages.markRead(MarkReadRequest(conversationID: id, upTo: 1)) },
          {
            let request = MarkDeliveredRequest(conversationID: id, upTo: 1)
            _ = try await nina.messages.markDelivered(request)
          },
          {
            let request = SendMessageRequest(to: .conversationID(id), content: "x")
            _ = try await nina.messages.send(request)
          },
        ]
        for (index, call) in calls.enumerated() {
          let error = await #expect(throws: RPCError.self) { try await call() }
          answers[index].insert(try #require(error))
        }
      }
      for answer in answers {
        #expect(answer.count == 1, "the same bytes for both")
        #expect(answer.first?.code == .notFound)
      }
    }
  }

  @Test("S1.3b: conversations are listed by last activity in pages, with preview and unread count")
  func list() async throws {
    try await Clinic.with { clinic in
      let lind = try await clinic.person("lind", "dietitian")
      for number in 0..<7 {
        clinic.advance(seconds: 1)
        let patient = try await clinic.person("p\(number)", "patient")
        for text in 0...number { try await patient.send("text \(text)", to: lind) }
      }
      var found: [Conversation] = []
      var page = ""
      repeat {
        let request = ListConversationsRequest(limit: 3, page: page)
        let response = try await lind.conversations.list(request)
        #expect(response.unreadTotal == 28)
        found += response.conversations
        page = response.nextPage
      } while !page.isEmpty
      #expect(found.map(\.userID) == (0..<7).reversed().map { "p\($0)" })
      #expect(found.map(\.unreadCount) == [7, 6, 5, 4, 3, 2, 1])
      #expect(found.first?.lastMessage?.content == "text 6")
      #expect(found.map(\.lastSequence) == [7, 6, 5, 4, 3, 2, 1])
      for bad in ["x", ".", "1.", ".0000000000001", "1.0", "0x1.0000000000001"] {
        let error = await #expect(throws: RPCError.self) {
          try await lind.conversations.list(ListConversationsRequest(page: bad))
        }
        #expect(error?.code == .invalidArgument, "\(bad)")
      }
    }
  }

  @Test("S1.35: fifty parallel first sends make one conversation with fifty messages")
  func firstSends() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let answers = try await withThrowingTaskGroup { group in
        for number in 0..<50 {
          group.addTask {
            number.isMultiple(of: 2)
              ? try await amara.send("\(number)", to: lind)
              : try await lind.send("\(number)", to: amara)
          }
        }
        return try await group.reduce(into: [SendMessageResponse]()) { $0.append($1) }
      }
      #expect(Set(answers.map(\.conversationID)).count == 1)
      #expect(Set(answers.map(\.sequence)) == Set(1...50))
      #expect(Set(answers.map(\.messageID)).count == 50)
    }
  }

  @Test("S2.34 to S2.39, S2.42, S2.44: participants have all their properties")
  func participants() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let doc = try await clinic.person("doc", "doctor")
      let first = try await amara.send("hi", to: lind)
      let second = try await amara.send("hi", to: doc)
      var senderIDs: Set<String> = []
      for id in [first.conversationID, second.conversationID] {
        let request = GetConversationRequest(conversationID: id)
        let conversation = try #require(try await amara.conversations.get(request).conversation)
        #expect(conversation.participants.count == 2)
        for participant in conversation.participants {
          senderIDs.insert(participant.senderID)
          #expect(participant.conversationID == id)
          #expect(participant.joinedAtMs == Clinic.start)
          #expect(participant.createdAtMs == Clinic.start)
          #expect(participant.leftAtMs == 0)
          #expect(participant.isActive)
          #expect(participant.displayName == "The \(participant.userID)")
        }
        let mine = try #require(conversation.participants.first { $0.userID == "amara" })
        #expect(mine.userType == .patient)
        #expect(conversation.createdBySenderID == mine.senderID)
      }
      #expect(senderIDs.count == 4, "one for each membership, also of the same user")
    }
  }
}
