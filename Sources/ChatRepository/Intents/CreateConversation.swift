public import ChatModel

/// The wish for the direct conversation of two users. There is one per pair: asking again gives it.
public struct CreateConversation: Hashable, Sendable {
  public var creator: UserID
  public var other: UserID
  /// The server's time.
  public var now: Timestamp

  public init(creator: UserID, other: UserID, now: Timestamp) {
    self.creator = creator
    self.other = other
    self.now = now
  }
}

/// A conversation, with the participants it has now.
public struct CreatedConversation: Hashable, Sendable {
  public var conversation: Conversation
  public var participants: [Participant]
  /// Whether this request made it.
  public var isNew: Bool

  public init(conversation: Conversation, participants: [Participant], isNew: Bool) {
    self.conversation = conversation
    self.participants = participants
    self.isNew = isNew
  }
}
