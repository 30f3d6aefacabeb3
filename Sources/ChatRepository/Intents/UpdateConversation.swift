public import ChatModel

/// The wish to change what a conversation is called or may be done in. What is nil stays.
public struct UpdateConversation: WriteIntent {
  public static let operation = "Conversations/Update"

  public var conversation: ConversationID
  /// Empty takes the title away.
  public var title: String?
  /// False closes it: it can be read, not written.
  public var isActive: Bool?
  public var history: HistoryVisibility?
  /// Whether lists show nothing of what is said in it.
  public var isSensitive: Bool?

  public init(
    conversation: ConversationID,
    title: String? = nil,
    isActive: Bool? = nil,
    history: HistoryVisibility? = nil,
    isSensitive: Bool? = nil
  ) {
    self.conversation = conversation
    self.title = title
    self.isActive = isActive
    self.history = history
    self.isSensitive = isSensitive
  }

  /// Whether it is about the label only, which is more people's to change.
  public var changesLabelOnly: Bool {
    isSensitive != nil && title == nil && isActive == nil && history == nil
  }

  public static func subject(of outcome: UpdatedConversation) -> String? {
    outcome.conversation.id.description
  }

  public func apply(to transaction: some ChatTransaction) throws -> UpdatedConversation {
    try transaction.updateConversation(self)
  }
}

/// A conversation after a change.
public struct UpdatedConversation: Hashable, Sendable, Codable {
  public var conversation: Conversation

  public init(conversation: Conversation) {
    self.conversation = conversation
  }
}
