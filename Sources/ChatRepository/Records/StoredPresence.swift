public import ChatModel

/// What is kept of somebody's presence over a restart.
public struct StoredPresence: Hashable, Sendable {
  public var note: StatusNote
  /// When they were last known to be online; nil if never.
  public var lastSeenAt: Timestamp?

  public init(note: StatusNote, lastSeenAt: Timestamp?) {
    self.note = note
    self.lastSeenAt = lastSeenAt
  }
}
