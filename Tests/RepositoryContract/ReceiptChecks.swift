import ChatModel
import ChatRepository
import Testing

let receiptChecks: [ContractCheck] = [
  ContractCheck("watermarks only move forward, and no further than the newest message") { clinic in
    for _ in 1...5 { try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist) }
    let id = try await clinic.conversation(clinic.amara, clinic.lindqvist)
    let there = try await clinic.move(.delivered, of: clinic.lindqvist, in: id, upTo: 3, at: 1)
    #expect(there.moved)
    let head = try await clinic.repository.logHead()
    let back = try await clinic.move(.delivered, of: clinic.lindqvist, in: id, upTo: 2, at: 2)
    let same = try await clinic.move(.delivered, of: clinic.lindqvist, in: id, upTo: 3, at: 2)
    #expect(!back.moved)
    #expect(back == same)
    #expect(back.delivered == there.delivered)
    #expect(try await clinic.repository.logHead() == head)
    let far = try await clinic.move(.delivered, of: clinic.lindqvist, in: id, upTo: 99, at: 3)
    #expect(far.delivered.upTo.rawValue == 5)
    #expect(far.read.upTo == .zero)
  },
  ContractCheck("reading implies delivery") { clinic in
    for _ in 1...3 { try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist) }
    let id = try await clinic.conversation(clinic.amara, clinic.lindqvist)
    let state = try await clinic.move(.read, of: clinic.lindqvist, in: id, upTo: 2, at: 7)
    #expect(
      state.read == Watermark(upTo: MessageSequence(rawValue: 2) ?? .zero, movedAt: Clinic.time(7))
    )
    #expect(state.delivered == state.read)
    #expect(state.unreadCount == 1)
    let late = try await clinic.move(.delivered, of: clinic.lindqvist, in: id, upTo: 1)
    #expect(!late.moved)
  },
  ContractCheck("a receipt has the time of the first move that covers the message") { clinic in
    for _ in 1...4 { try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist) }
    let id = try await clinic.conversation(clinic.amara, clinic.lindqvist)
    try await clinic.move(.delivered, of: clinic.lindqvist, in: id, upTo: 2, at: 10)
    try await clinic.move(.read, of: clinic.lindqvist, in: id, upTo: 1, at: 20)
    try await clinic.move(.read, of: clinic.lindqvist, in: id, upTo: 3, at: 30)
    let expected: [(delivered: Int?, read: Int?)] = [(10, 20), (10, 30), (30, 30), (nil, nil)]
    for (index, times) in expected.enumerated() {
      let sequence = try #require(MessageSequence(rawValue: Int64(index) + 1))
      let receipts = try await clinic.repository.receipts(
        of: MessageID(conversation: id, sequence: sequence),
        at: nil,
        visibleTo: clinic.amara
      )
      #expect(receipts.map(\.userID) == [clinic.lindqvist])
      #expect(receipts.first?.deliveredAt == times.delivered.map(Clinic.time))
      #expect(receipts.first?.readAt == times.read.map(Clinic.time))
    }
  },
  ContractCheck("receipts are for those who take part") { clinic in
    let sent = try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist)
    await #expect(throws: ChatError.notFound(.message)) {
      _ = try await clinic.repository.receipts(of: sent.id, at: nil, visibleTo: clinic.okafor)
    }
  },
  ContractCheck("a message is sent, then delivered, then read") { clinic in
    let sent = try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist)
    let status = { try await clinic.repository.message(sent.id, visibleTo: nil)?.status }
    #expect(try await status() == .sent)
    try await clinic.move(.delivered, of: clinic.lindqvist, in: sent.id.conversation, upTo: 1)
    #expect(try await status() == .delivered)
    try await clinic.move(.read, of: clinic.lindqvist, in: sent.id.conversation, upTo: 1)
    #expect(try await status() == .read)
  },
]
