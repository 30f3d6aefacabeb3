public import ChatModel

/// The wish of the actor not to be disturbed by a conversation. Nothing else changes by it.
public struct MuteConversation: WriteIntent {
  public static let operation = "Conversations/Mute"

  public var conversation: ConversationID
  /// Nil ends it.
  public var until: Timestamp?

  public init(conversation: ConversationID, until: Timestamp?) {
    self.conversation = conversation
    self.until = until
  }

  public func apply(to transaction: some ChatTransaction) throws -> MutedConversation {
    try transaction.muteConversation(self)
  }
}

/// Until when the actor has muted a conversation.
public struct MutedConversation: Hashable, Sendable, Codable {
  public var until: Timestamp?

  public init(until: Timestamp?) {
    self.until = until
  }
}
