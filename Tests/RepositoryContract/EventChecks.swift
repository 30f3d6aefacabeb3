import ChatModel
import ChatRepository
import Testing

let eventChecks: [ContractCheck] = [
  ContractCheck("each change gives one event, and the log agrees with what the commits told") {
    clinic in
    let sent = try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist, at: 1)
    try await clinic.move(.read, of: clinic.lindqvist, in: sent.id.conversation, upTo: 1, at: 2)
    try await clinic.send("b", from: clinic.lindqvist, to: clinic.amara, at: 3)
    let events = try await clinic.events(of: clinic.amara)
    #expect(events.map(\.position.rawValue) == [1, 2, 3, 4])
    #expect(events == clinic.told.events)
    #expect(events.allSatisfy { $0.audience == [clinic.amara, clinic.lindqvist] })
    guard case .conversationCreated(let conversation, let participants) = events[0].kind,
      case .messageCreated(let message) = events[1].kind,
      case .receiptMoved(let move) = events[2].kind
    else {
      Issue.record("unexpected kinds of events")
      return
    }
    #expect(conversation.id == sent.id.conversation)
    #expect(conversation.lastSequence == .zero)
    #expect(participants.count == 2)
    #expect(message.content == "a")
    #expect(move.kind == .read)
    #expect(move.upTo == message.sequence)
    #expect(move.userID == clinic.lindqvist)
    #expect(move.movedAt == Clinic.time(2))
  },
  ContractCheck("the log shows a user his conversations, and pages move on past the others") {
    clinic in
    for _ in 0..<20 { try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist) }
    let own = try await clinic.send("b", from: clinic.okafor, to: clinic.lindqvist)
    let page = try await clinic.repository.events(
      EventQuery(after: .zero, user: clinic.okafor, scanWindow: 5)
    )
    #expect(page.events.isEmpty)
    #expect(page.reached.rawValue == 5)
    #expect(!page.reachedHead)
    let events = try await clinic.events(of: clinic.okafor, window: 5)
    #expect(events.map(\.conversationID) == [own.id.conversation, own.id.conversation])
    #expect(try await clinic.events(of: clinic.lindqvist, limit: 3) == clinic.told.events)
  },
  ContractCheck("pages of any size give every event once and in order") { clinic in
    for number in 0..<40 {
      try await clinic.send("\(number)", from: clinic.amara, to: clinic.lindqvist)
    }
    for limit in [1, 2, 41, 100] {
      #expect(try await clinic.events(of: clinic.amara, limit: limit) == clinic.told.events)
    }
    #expect(
      try await clinic.events(of: clinic.amara, byteLimit: 3) == clinic.told.events
    )
  },
  ContractCheck("a position behind the newest event is out of range") { clinic in
    try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist)
    let head = try await clinic.repository.logHead().position
    let page = try await clinic.repository.events(EventQuery(after: head, user: clinic.amara))
    #expect(page == EventPage(events: [], reached: head, reachedHead: true))
    await #expect(throws: ChatError.outOfRange) {
      _ = try await clinic.repository.events(EventQuery(after: head.next, user: clinic.amara))
    }
  },
  ContractCheck("commits are told in the order of positions, without a gap") { clinic in
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<200 {
        let recipient = number.isMultiple(of: 3) ? clinic.okafor : clinic.lindqvist
        group.addTask { try await clinic.send("\(number)", from: clinic.amara, to: recipient) }
      }
      try await group.waitForAll()
    }
    let positions = clinic.told.events.map(\.position.rawValue)
    #expect(positions == Array(1...202))
  },
  ContractCheck("the event of an edit stays that of its version after the message was deleted") {
    clinic in
    let sent = try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist)
    let context = WriteContext(actor: clinic.amara, now: Clinic.time(1))
    for content in ["b", "c"] {
      _ = try await clinic.repository.write(
        EditMessage(
          message: sent.id,
          content: content,
          windowMilliseconds: .max,
          versionsMax: 100
        ),
        context
      )
    }
    _ = try await clinic.repository.write(
      DeleteMessage(message: sent.id, scope: .all, windowMilliseconds: .max),
      context
    )
    let told = try await clinic.events(of: clinic.lindqvist).compactMap { event in
      switch event.kind {
      case .messageCreated(let message), .messageEdited(let message): message
      default: nil
      }
    }
    #expect(told.map(\.version) == [1, 2, 3])
    #expect(told.allSatisfy { $0.content.isEmpty && $0.isDeleted })
  },
]
