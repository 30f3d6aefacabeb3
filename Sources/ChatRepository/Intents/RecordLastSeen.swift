public import ChatModel

/// What the server has seen of its users lately: when each was last online. Nothing goes back, and
/// users who do not exist are left out.
public struct RecordLastSeen: WriteIntent {
  public static let operation = "Presence/RecordLastSeen"

  public var times: [UserID: Timestamp]

  public init(times: [UserID: Timestamp]) {
    self.times = times
  }

  public func apply(to transaction: some ChatTransaction) throws -> RecordedLastSeen {
    try transaction.recordLastSeen(self)
  }
}

/// That it is stored.
public struct RecordedLastSeen: Hashable, Sendable, Codable {
  public init() {}
}
