public import ChatModel

/// A conversation as one of its participants sees it in a list.
public struct ConversationSummary: Hashable, Sendable {
  public var conversation: Conversation
  /// All participants, those who left too, by identifier.
  public var participants: [Participant]
  public var lastMessage: Message?
  /// Messages of others that the user has not read.
  public var unreadCount: Int
  /// Until when the user has muted the conversation.
  public var mutedUntil: Timestamp?

  public init(
    conversation: Conversation,
    participants: [Participant],
    lastMessage: Message?,
    unreadCount: Int,
    mutedUntil: Timestamp? = nil
  ) {
    self.conversation = conversation
    self.participants = participants
    self.lastMessage = lastMessage
    self.unreadCount = unreadCount
    self.mutedUntil = mutedUntil
  }
}

/// A place in a user's list of conversations, which is sorted by last activity, newest first.
public struct ActivityKey: Hashable, Sendable {
  public var lastActivityAt: Timestamp
  public var conversation: ConversationID

  public init(lastActivityAt: Timestamp, conversation: ConversationID) {
    self.lastActivityAt = lastActivityAt
    self.conversation = conversation
  }

  /// The place of `conversation`, from which the next page goes on.
  public init(_ conversation: Conversation) {
    self.init(lastActivityAt: conversation.lastActivityAt, conversation: conversation.id)
  }
}
