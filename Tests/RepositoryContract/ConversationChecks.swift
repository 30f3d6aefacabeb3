import ChatModel
import ChatRepository
import Testing

let conversationChecks: [ContractCheck] = [
  ContractCheck("a second create of the same pair returns the same conversation, whoever asks") {
    clinic in
    let first = try await clinic.repository.write(
      CreateConversation(creator: clinic.lindqvist, other: clinic.amara),
      WriteContext(actor: clinic.lindqvist, now: Clinic.start)
    )
    let second = try await clinic.repository.write(
      CreateConversation(creator: clinic.amara, other: clinic.lindqvist),
      WriteContext(actor: clinic.amara, now: Clinic.time(9))
    )
    #expect(first.isNew)
    #expect(!second.isNew)
    #expect(first.conversation == second.conversation)
    #expect(first.participants == second.participants)
  },
  ContractCheck("a direct conversation names the patient first and has two participants") {
    clinic in
    let made = try await clinic.repository.write(
      CreateConversation(creator: clinic.lindqvist, other: clinic.amara),
      WriteContext(actor: clinic.lindqvist, now: Clinic.start)
    )
    #expect(
      made.conversation.pair == UserPair(userID: clinic.amara, memberID: clinic.lindqvist)
    )
    #expect(made.participants.map(\.userID) == [clinic.amara, clinic.lindqvist])
    #expect(made.participants.map(\.role) == [.patient, .dietitian])
    #expect(made.conversation.createdBy == made.participants[1].id)
    #expect(made.participants.allSatisfy { $0.joinedAt == Clinic.start && $0.isActive })
  },
  ContractCheck("a pair keeps its conversation when a role changes") { clinic in
    let before = try await clinic.conversation(clinic.lindqvist, clinic.okafor)
    _ = try await clinic.repository.write(
      PutUser(id: clinic.okafor, displayName: "Okafor", role: .patient),
      WriteContext(actor: clinic.okafor, now: Clinic.time(1))
    )
    let after = try await clinic.conversation(clinic.lindqvist, clinic.okafor)
    #expect(before == after)
  },
  ContractCheck("a conversation with oneself or with an unknown user is refused") { clinic in
    let unknown = try #require(UserID("nobody"))
    await #expect(throws: ChatError.notFound(.user)) {
      _ = try await clinic.conversation(clinic.amara, unknown)
    }
    await #expect(throws: ChatError.notFound(.user)) {
      _ = try await clinic.conversation(unknown, clinic.amara)
    }
    await #expect(throws: ChatError.failedPrecondition(.oneUser)) {
      _ = try await clinic.conversation(clinic.amara, clinic.amara)
    }
  },
  ContractCheck("50 parallel first sends make one conversation with 50 messages and no gap") {
    clinic in
    let sent = try await withThrowingTaskGroup(of: AppendedMessage.self) { group in
      for number in 0..<50 {
        let (from, to) =
          number.isMultiple(of: 2)
          ? (clinic.amara, clinic.lindqvist) : (clinic.lindqvist, clinic.amara)
        group.addTask { try await clinic.send("\(number)", from: from, to: to) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let id = try #require(sent.first?.id.conversation)
    #expect(Set(sent.map(\.id.conversation)) == [id])
    #expect(sent.map(\.id.sequence.rawValue).sorted() == Array(1...50))
    #expect(try await clinic.messages(of: id).map(\.sequence.rawValue) == Array(1...50))
    let list = try await clinic.repository.conversations(of: clinic.amara, before: nil, limit: 9)
    #expect(list.items.map(\.conversation.id) == [id])
  },
  ContractCheck("conversations are listed by last activity, in pages") { clinic in
    let dietitian = try await clinic.send("a", from: clinic.lindqvist, to: clinic.amara, at: 1)
    let doctor = try await clinic.send("b", from: clinic.okafor, to: clinic.amara, at: 2)
    let again = try await clinic.send("c", from: clinic.lindqvist, to: clinic.amara, at: 3)
    let first = try await clinic.repository.conversations(of: clinic.amara, before: nil, limit: 1)
    #expect(first.hasMore)
    let newest = try #require(first.items.first)
    #expect(newest.conversation.id == dietitian.id.conversation)
    #expect(newest.lastMessage?.id == again.id)
    #expect(newest.lastMessage?.content == "c")
    #expect(newest.unreadCount == 2)
    #expect(newest.participants.count == 2)
    let rest = try await clinic.repository.conversations(
      of: clinic.amara,
      before: ActivityKey(newest.conversation),
      limit: 1
    )
    #expect(rest.items.map(\.conversation.id) == [doctor.id.conversation])
    #expect(!rest.hasMore)
  },
  ContractCheck("a conversation does not exist for those who take no part in it") { clinic in
    let sent = try await clinic.send("private", from: clinic.amara, to: clinic.lindqvist)
    let id = sent.id.conversation
    let repository = clinic.repository
    #expect(try await repository.conversation(id, for: clinic.amara)?.unreadCount == 0)
    #expect(try await repository.conversation(id, for: clinic.okafor) == nil)
    #expect(try await repository.message(sent.id, visibleTo: clinic.okafor) == nil)
    let list = try await repository.conversations(of: clinic.okafor, before: nil, limit: 9)
    #expect(list.items.isEmpty)
    let missing = try #require(ConversationID(rawValue: 42))
    for absent in [id, missing] {
      await #expect(throws: ChatError.notFound(.conversation)) {
        _ = try await repository.participants(of: absent, visibleTo: clinic.okafor)
      }
      await #expect(throws: ChatError.notFound(.conversation)) {
        _ = try await repository.messages(
          of: absent,
          in: MessageRange(limit: 1, byteLimit: 1),
          visibleTo: clinic.okafor
        )
      }
      await #expect(throws: ChatError.notFound(.conversation)) {
        try await clinic.move(.read, of: clinic.okafor, in: absent, upTo: 1)
      }
    }
  },
]
