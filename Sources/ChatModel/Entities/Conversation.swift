/// A conversation, without its messages and participants.
public struct Conversation: Hashable, Sendable, Codable {
  public var id: ConversationID
  public var type: ConversationType
  /// Nil if it has none, as direct conversations do.
  public var title: String?
  /// False once it was closed: it can be read, not written.
  public var isActive: Bool
  /// The two users, if it is a direct conversation.
  public var pair: UserPair?
  /// The participant who started it.
  public var createdBy: ParticipantID
  public var createdAt: Timestamp
  public var updatedAt: Timestamp
  /// The number of the newest message, zero if there is none.
  public var lastSequence: MessageSequence
  public var lastMessageAt: Timestamp?
  public var history = HistoryVisibility.all
  /// Whose care a support conversation is about: the role of the professional in it.
  public var careRole: Role?
  /// Whose support conversation it is.
  public var patient: UserID?
  /// True or nil; nil too in what was stored before there was such a label.
  private var label: Bool?
  /// Whether lists show nothing of what is said in it.
  public var isSensitive: Bool {
    get { label ?? false }
    set { label = newValue ? true : nil }
  }

  public init(
    id: ConversationID,
    type: ConversationType,
    title: String?,
    isActive: Bool,
    pair: UserPair?,
    createdBy: ParticipantID,
    createdAt: Timestamp,
    updatedAt: Timestamp,
    lastSequence: MessageSequence,
    lastMessageAt: Timestamp?
  ) {
    self.id = id
    self.type = type
    self.title = title
    self.isActive = isActive
    self.pair = pair
    self.createdBy = createdBy
    self.createdAt = createdAt
    self.updatedAt = updatedAt
    self.lastSequence = lastSequence
    self.lastMessageAt = lastMessageAt
  }

  /// The part in it of somebody who is there from the beginning.
  public func firstPart(of role: Role, isCreator: Bool) -> ParticipantRole {
    switch type {
    case .direct: .member
    // The professional answers for it, whoever of the two wrote first.
    case .support: role == .patient ? .member : .owner
    case .group, .broadcast: isCreator ? .owner : .member
    }
  }

  /// When something was last said, or when it began.
  public var lastActivityAt: Timestamp { lastMessageAt ?? createdAt }
}
