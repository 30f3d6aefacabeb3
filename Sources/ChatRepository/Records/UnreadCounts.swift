public import ChatModel

/// How many messages of others a user has not read.
public struct UnreadCounts: Hashable, Sendable {
  public var total: Int
  /// Conversations with at least one unread message.
  public var byConversation: [ConversationID: Int]

  public init(total: Int, byConversation: [ConversationID: Int]) {
    self.total = total
    self.byConversation = byConversation
  }
}
