/// One user's membership in one conversation; the source documents' "Sender".
public struct Participant: Hashable, Sendable {
  public var id: ParticipantID
  public var conversationID: ConversationID
  public var userID: UserID
  /// The user's role when he joined; the source documents' `User_Type`.
  public var role: Role
  /// The user's name as it is now.
  public var displayName: String
  public var joinedAt: Timestamp
  public var leftAt: Timestamp?
  public var isActive: Bool
  public var createdAt: Timestamp
  /// What has reached one of his devices. Never behind `read`.
  public var delivered: Watermark
  public var read: Watermark

  public init(
    id: ParticipantID,
    conversationID: ConversationID,
    userID: UserID,
    role: Role,
    displayName: String,
    joinedAt: Timestamp,
    leftAt: Timestamp?,
    isActive: Bool,
    createdAt: Timestamp,
    delivered: Watermark,
    read: Watermark
  ) {
    self.id = id
    self.conversationID = conversationID
    self.userID = userID
    self.role = role
    self.displayName = displayName
    self.joinedAt = joinedAt
    self.leftAt = leftAt
    self.isActive = isActive
    self.createdAt = createdAt
    self.delivered = delivered
    self.read = read
  }
}
