import ChatModel

/// Which messages of a conversation somebody may see: those of his periods in it, or all of them if
/// the conversation shows its past to who joins.
struct MessageVisibility {
  private var periods: [ClosedRange<Int64>]

  /// For those who may see everything.
  static let everything = MessageVisibility(periods: [1...Int64.max])

  private init(periods: [ClosedRange<Int64>]) { self.periods = periods }

  /// Nil if the viewer takes no part.
  init?(of viewer: UserID, in history: HistoryVisibility, _ members: [StoredParticipant]) {
    let own = members.map(\.participant).filter { $0.userID == viewer }
    guard let present = own.first(where: \.isActive) else { return nil }
    if history == .all || present.joinedSequence == .zero {
      self = .everything
      return
    }
    periods = own.compactMap { participant in
      let first = participant.joinedSequence.rawValue + 1
      let last = participant.leftSequence?.rawValue ?? Int64.max
      return first <= last ? first...last : nil
    }
  }

  func contains(_ sequence: MessageSequence) -> Bool {
    periods.contains { $0.contains(sequence.rawValue) }
  }

  /// Everything that may be seen lies between these.
  var bounds: ClosedRange<Int64>? {
    guard let first = periods.map(\.lowerBound).min(), let last = periods.map(\.upperBound).max()
    else { return nil }
    return first...last
  }
}
