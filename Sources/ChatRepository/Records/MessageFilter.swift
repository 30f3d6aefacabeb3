public import ChatModel

/// Which messages to find in all conversations of a user. What is nil lets everything through.
public struct MessageFilter: Hashable, Sendable {
  public var sender: UserID?
  public var type: MessageType?
  /// Sent then or later.
  public var since: Timestamp?
  /// Sent before.
  public var until: Timestamp?
  public var isUrgent: Bool?

  public init(
    sender: UserID? = nil,
    type: MessageType? = nil,
    since: Timestamp? = nil,
    until: Timestamp? = nil,
    isUrgent: Bool? = nil
  ) {
    self.sender = sender
    self.type = type
    self.since = since
    self.until = until
    self.isUrgent = isUrgent
  }
}

/// A place among all messages of a user, which are sorted by time, newest first.
public struct MessagePlace: Hashable, Sendable {
  public var createdAt: Timestamp
  public var id: MessageID

  public init(createdAt: Timestamp, id: MessageID) {
    self.createdAt = createdAt
    self.id = id
  }
}
