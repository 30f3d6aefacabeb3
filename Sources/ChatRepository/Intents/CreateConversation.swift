public import ChatModel

/// The wish for a conversation. There is one direct conversation of two users: asking again gives it.
public struct CreateConversation: WriteIntent {
  public static let operation = "Conversations/Create"

  public var type: ConversationType
  /// Whose conversation it is; for a direct one, one of the two.
  public var creator: UserID
  /// The other participants, each once; for a direct conversation, the other one.
  public var others: [UserID]
  public var title: String?
  public var history: HistoryVisibility
  /// For a support conversation, the role of the professional in it.
  public var careRole: Role?

  public init(
    type: ConversationType = .direct,
    creator: UserID,
    others: [UserID],
    title: String? = nil,
    history: HistoryVisibility = .all,
    careRole: Role? = nil
  ) {
    self.type = type
    self.creator = creator
    self.others = others
    self.title = title
    self.history = history
    self.careRole = careRole
  }

  /// The direct conversation of two users.
  public init(creator: UserID, other: UserID) {
    self.init(creator: creator, others: [other])
  }

  public static func subject(of outcome: CreatedConversation) -> String? {
    outcome.conversation.id.description
  }

  public func apply(to transaction: some ChatTransaction) throws -> CreatedConversation {
    try transaction.createConversation(self)
  }
}

/// A conversation, with the participants it began with or, if it was there, has now.
public struct CreatedConversation: Hashable, Sendable, Codable {
  public var conversation: Conversation
  public var participants: [Participant]
  /// Whether this request made it.
  public var isNew: Bool

  public init(
    conversation: Conversation,
    participants: [Participant],
    isNew: Bool
  ) {
    self.conversation = conversation
    self.participants = participants
    self.isNew = isNew
  }
}
