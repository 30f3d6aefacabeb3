/// How somebody can be reached, as those see it who share a conversation with them.
public struct Presence: Hashable, Sendable {
  public var userID: UserID
  /// Whether a subscription or a heartbeat of any of their devices lives.
  public var isOnline: Bool
  public var note: StatusNote
  /// When they were last known to be online; nil while they are, and if they never were.
  public var lastSeenAt: Timestamp?

  public init(userID: UserID, isOnline: Bool, note: StatusNote, lastSeenAt: Timestamp?) {
    self.userID = userID
    self.isOnline = isOnline
    self.note = note
    self.lastSeenAt = lastSeenAt
  }
}
