import ChatModel
import ChatRepository
import Testing

let unreadChecks: [ContractCheck] = [
  ContractCheck("unread counts agree with counting, through a random history and a reopening") {
    clinic in
    for seed in UInt64(1)...3 {
      var history = UnreadHistory(clinic, seed: seed)
      try await history.run(steps: 120)
      try await history.expectAgreement()
      try await clinic.reopen()
      try await history.expectAgreement()
    }
  }
]

/// A random history, and what it must have led to, counted message by message.
private struct UnreadHistory {
  let clinic: Clinic
  let seed: UInt64
  private var generator: SeededGenerator
  private let pairs: [(UserID, UserID)]

  init(_ clinic: Clinic, seed: UInt64) {
    self.clinic = clinic
    self.seed = seed
    generator = SeededGenerator(seed: seed)
    pairs = [
      (clinic.amara, clinic.lindqvist), (clinic.amara, clinic.okafor),
      (clinic.lindqvist, clinic.okafor),
    ]
  }

  mutating func run(steps: Int) async throws {
    for _ in 0..<steps {
      let pair = pairs[Int.random(in: 0..<pairs.count, using: &generator)]
      let (one, other) =
        Bool.random(using: &generator) ? pair : (pair.1, pair.0)
      switch Int.random(in: 0..<10, using: &generator) {
      case 0..<7:
        try await clinic.send("x", from: one, to: other)
      default:
        let id = try await clinic.conversation(one, other)
        let kind: ReceiptKind = Bool.random(using: &generator) ? .read : .delivered
        let upTo = Int64.random(in: 0..<60, using: &generator)
        try await clinic.move(kind, of: one, in: id, upTo: upTo)
      }
    }
  }

  func expectAgreement() async throws {
    for user in [clinic.amara, clinic.lindqvist, clinic.okafor] {
      let expected = try await countByHand(user)
      let counts = try await clinic.repository.unreadCounts(of: user)
      #expect(counts.byConversation == expected, "seed \(seed)")
      #expect(counts.total == expected.values.reduce(0, +), "seed \(seed)")
    }
  }

  private func countByHand(_ user: UserID) async throws -> [ConversationID: Int] {
    var counts: [ConversationID: Int] = [:]
    let list = try await clinic.repository.conversations(of: user, before: nil, limit: 100)
    for summary in list.items {
      let own = try #require(summary.participants.first { $0.userID == user })
      let unread = try await clinic.messages(of: summary.conversation.id).filter {
        $0.sender.userID != user && $0.sequence > own.read.upTo
      }
      #expect(summary.unreadCount == unread.count, "seed \(seed)")
      if !unread.isEmpty { counts[summary.conversation.id] = unread.count }
    }
    return counts
  }
}
