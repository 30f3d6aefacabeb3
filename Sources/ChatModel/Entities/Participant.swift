/// One user's membership in one conversation; the source documents' "Sender".
public struct Participant: Hashable, Sendable, Codable {
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
  /// What he has acknowledged, which is more than having read it. Never ahead of `read`.
  public var acknowledged = Watermark.start
  public var conversationRole = ParticipantRole.member
  /// The newest message when he joined: the later ones are his to read.
  public var joinedSequence = MessageSequence.zero
  /// The newest message when he left.
  public var leftSequence: MessageSequence?

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

extension Participant {
  /// Whether the message was written while he took part.
  public func wasPresent(at sequence: MessageSequence) -> Bool {
    joinedSequence < sequence && leftSequence.map { sequence <= $0 } ?? true
  }
}
