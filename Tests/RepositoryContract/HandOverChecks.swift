import ChatModel
import ChatRepository
import Testing

let handOverChecks: [ContractCheck] = [
  ContractCheck("a hand-over moves the support conversation in one step, with the note") { clinic in
    let moreau = try await clinic.secondDietitian()
    try await clinic.assign(clinic.amara, to: clinic.lindqvist)
    let first = try await clinic.sendToDietitian("one", from: clinic.amara, at: 1)
    let id = first.id.conversation
    try await clinic.move(.read, of: clinic.lindqvist, in: id, upTo: 1, at: 2)
    try await clinic.sendToDietitian("two", from: clinic.amara, at: 3)
    let done = try await clinic.handOver(
      clinic.amara,
      from: clinic.lindqvist,
      to: moreau,
      note: "allergic to nuts",
      at: 4
    )
    #expect(done.begun.note == "allergic to nuts")
    #expect(done.begun.assignedBy == clinic.lindqvist)
    #expect(done.ended?.endedAt == done.begun.assignedAt)

    let seen = try #require(try await clinic.repository.conversation(id, for: moreau))
    #expect(seen.unreadCount == 1, "what the one before had not read waits")
    #expect(seen.lastMessage?.type == .system)
    #expect(seen.lastMessage?.content == "allergic to nuts")
    #expect(seen.lastMessage?.sender.userID == moreau)
    let messages = try await clinic.repository.messages(
      of: id,
      in: MessageRange(limit: 9, byteLimit: .max),
      visibleTo: moreau
    )
    #expect(messages.items.map(\.content) == ["one", "two", "allergic to nuts"])
    #expect(messages.items.map(\.status) == [.read, .sent, .sent])
    let old = try #require(seen.participants.first { $0.userID == clinic.lindqvist })
    let new = try #require(seen.participants.first { $0.userID == moreau })
    #expect(old.leftSequence == new.joinedSequence)
    #expect(new.conversationRole == .owner)
    #expect(try await clinic.repository.conversation(id, for: clinic.lindqvist) == nil)
    #expect(try await clinic.repository.unreadCounts(of: moreau).total == 1)
    try await clinic.move(.read, of: moreau, in: id, upTo: 3, at: 5)
    #expect(try await clinic.repository.unreadCounts(of: moreau).total == 0)
    try await clinic.expectToldEvents(of: clinic.amara, clinic.lindqvist, moreau)
  },
  ContractCheck("the last that the one before hears of a conversation is that he has left it") {
    clinic in
    let moreau = try await clinic.secondDietitian()
    try await clinic.assign(clinic.amara, to: clinic.lindqvist)
    try await clinic.sendToDietitian("one", from: clinic.amara)
    try await clinic.handOver(clinic.amara, from: clinic.lindqvist, to: moreau, note: "hello")
    try await clinic.sendToDietitian("two", from: clinic.amara)
    let heard = try await clinic.events(of: clinic.lindqvist)
    guard case .participantLeft(_, clinic.lindqvist, reason: .handedOver) = heard.last?.kind else {
      Issue.record("the last event is \(String(describing: heard.last?.kind))")
      return
    }
    let changes = heard.compactMap { event -> CareAssignment? in
      guard case .assignmentChanged(let change) = event.kind else { return nil }
      return change
    }
    #expect(changes.map(\.professional) == [clinic.lindqvist, clinic.lindqvist, moreau])
    #expect(changes.last?.note == "hello")
    let successor = try await clinic.events(of: moreau).compactMap(\.conversationID)
    #expect(successor.count == 3, "joined, the note, and what came after")
  },
  ContractCheck("only a patient of one's own is handed over, to somebody else of the same role") {
    clinic in
    let moreau = try await clinic.secondDietitian()
    let nobody = try #require(UserID("nobody"))
    try await clinic.assign(clinic.amara, to: clinic.lindqvist)
    for (patient, from) in [(clinic.amara, moreau), (nobody, moreau), (nobody, clinic.lindqvist)] {
      await #expect(throws: ChatError.notFound(.assignment)) {
        try await clinic.handOver(patient, from: from, to: clinic.lindqvist)
      }
    }
    await #expect(throws: ChatError.notFound(.user)) {
      try await clinic.handOver(clinic.amara, from: clinic.lindqvist, to: nobody)
    }
    await #expect(throws: ChatError.failedPrecondition(.alreadyAssigned)) {
      try await clinic.handOver(clinic.amara, from: clinic.lindqvist, to: clinic.lindqvist)
    }
    await #expect(throws: ChatError.failedPrecondition(.otherRole)) {
      try await clinic.handOver(clinic.amara, from: clinic.lindqvist, to: clinic.okafor)
    }
    #expect(try await clinic.repository.careTeam(of: clinic.amara).count == 1)
  },
  ContractCheck("a hand-over is repeated under its key without handing over again") { clinic in
    let moreau = try await clinic.secondDietitian()
    try await clinic.assign(clinic.amara, to: clinic.lindqvist, key: "a")
    let first = try await clinic.handOver(
      clinic.amara,
      from: clinic.lindqvist,
      to: moreau,
      key: "h",
      at: 1
    )
    let count = clinic.told.events.count
    for second in 2..<5 {
      let again = try await clinic.handOver(
        clinic.amara,
        from: clinic.lindqvist,
        to: moreau,
        key: "h",
        at: second
      )
      #expect(again == first)
    }
    #expect(clinic.told.events.count == count)
    let error = await #expect(throws: ChatError.self) {
      try await clinic.handOver(clinic.amara, from: clinic.lindqvist, to: clinic.okafor, key: "h")
    }
    #expect(
      error
        == .alreadyExists(.operation(HandOverCare.operation, subject: clinic.amara.rawValue))
    )
  },
  ContractCheck("D5: under load each message has exactly one responsible owner, and none is lost") {
    clinic in
    let moreau = try await clinic.secondDietitian()
    try await clinic.assign(clinic.amara, to: clinic.lindqvist)
    let first = try await clinic.sendToDietitian("0", from: clinic.amara)
    async let handOvers: Void = {
      var pair = (clinic.lindqvist, moreau)
      for number in 0..<100 {
        try await clinic.handOver(clinic.amara, from: pair.0, to: pair.1, note: "\(number)")
        pair = (pair.1, pair.0)
      }
    }()
    try await withThrowingTaskGroup { group in
      for _ in 0..<4 {
        group.addTask {
          for number in 0..<100 {
            try await clinic.sendToDietitian("\(number)", from: clinic.amara)
          }
        }
      }
      try await group.waitForAll()
    }
    try await handOvers
    let id = first.id.conversation
    let messages = try await clinic.messages(of: id)
    #expect(messages.map(\.sequence.rawValue) == Array(1...501))
    let owners = try await clinic.repository.participants(of: id, visibleTo: nil)
      .filter { $0.conversationRole == .owner }
    #expect(owners.count == 101)
    for message in messages {
      #expect(owners.count { $0.wasPresent(at: message.sequence) } == 1)
    }
    for owner in [clinic.lindqvist, moreau] {
      let heard = try await clinic.events(of: owner).compactMap { event -> MessageID? in
        guard case .messageCreated(let message) = event.kind else { return nil }
        return message.id
      }
      let periods = owners.filter { $0.userID == owner }
      let own = messages.filter { message in
        periods.contains { $0.wasPresent(at: message.sequence) }
      }
      #expect(heard == own.map(\.id), "each is told of what is his, once, and of nothing else")
    }
  },
]
