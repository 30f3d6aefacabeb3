import ChatModel

/// The columns of the entities, and how their rows are read. Both lists have one order.
enum Columns {
  static let user = "u.user_id, u.display_name, u.role, u.is_active, u.created_at, u.updated_at"

  static let conversation = """
    c.conversation_id, c.type, c.title, c.is_active, c.user_id, c.member_id, c.created_by, \
    c.created_at, c.updated_at, c.last_sequence, c.last_message_at
    """

  /// Needs `chat_participants p JOIN users u`.
  static let participant = """
    p.participant_id, p.conversation_id, p.user_id, p.user_type, u.display_name, p.joined_at, \
    p.left_at, p.is_active, p.created_at, p.delivered_up_to, p.delivered_at, p.read_up_to, \
    p.read_at, p.own_after_read, p.joined_position, p.left_position
    """

  static let message = """
    m.conversation_id, m.sequence, m.sender_id, m.message_type, m.content, m.attachment_url, \
    m.created_at, m.updated_at
    """
}

/// A participant with what only the repository needs to know of him.
struct StoredParticipant {
  var participant: Participant
  var ownAfterRead: Int
  var joinedPosition: EventPosition
  var leftPosition: EventPosition?

  func sees(_ position: EventPosition) -> Bool {
    joinedPosition < position && leftPosition.map { position <= $0 } ?? true
  }

  /// Messages of others behind the read watermark.
  func unreadCount(upTo last: MessageSequence) -> Int {
    max(0, Int(last.rawValue - participant.read.upTo.rawValue) - ownAfterRead)
  }
}

/// A message whose sender is not yet resolved.
struct StoredMessage {
  var id: MessageID
  var senderID: ParticipantID
  var type: MessageType
  var content: String
  var attachmentURL: String?
  var createdAt: Timestamp
  var updatedAt: Timestamp

  func resolved(sender: Participant, status: MessageStatus) -> Message {
    Message(
      id: id,
      sender: MessageSender(sender),
      type: type,
      content: content,
      attachmentURL: attachmentURL,
      createdAt: createdAt,
      updatedAt: updatedAt,
      status: status
    )
  }
}

extension StoredRow {
  mutating func user() throws -> User {
    try User(
      id: userID(),
      displayName: string(),
      role: value(),
      isActive: bool(),
      createdAt: timestamp(),
      updatedAt: timestamp()
    )
  }

  mutating func conversation() throws -> Conversation {
    let id = try conversationID()
    let type: ConversationType = try value()
    let title = try optionalString()
    let isActive = try bool()
    let pair = try pair()
    return try Conversation(
      id: id,
      type: type,
      title: title,
      isActive: isActive,
      pair: pair,
      createdBy: participantID(),
      createdAt: timestamp(),
      updatedAt: timestamp(),
      lastSequence: sequence(),
      lastMessageAt: optionalTimestamp()
    )
  }

  private mutating func pair() throws -> UserPair? {
    let user = try optionalString()
    let member = try optionalString()
    guard let user, let member else { return nil }
    guard let userID = UserID(user), let memberID = UserID(member) else { throw DamagedRow() }
    return UserPair(userID: userID, memberID: memberID)
  }

  mutating func participant() throws -> StoredParticipant {
    let participant = try Participant(
      id: participantID(),
      conversationID: conversationID(),
      userID: userID(),
      role: value(),
      displayName: string(),
      joinedAt: timestamp(),
      leftAt: optionalTimestamp(),
      isActive: bool(),
      createdAt: timestamp(),
      delivered: watermark(),
      read: watermark()
    )
    return try StoredParticipant(
      participant: participant,
      ownAfterRead: int(),
      joinedPosition: position(),
      leftPosition: optionalInt64().flatMap(EventPosition.init(rawValue:))
    )
  }

  private mutating func watermark() throws -> Watermark {
    try Watermark(upTo: sequence(), movedAt: optionalTimestamp())
  }

  mutating func message() throws -> StoredMessage {
    try StoredMessage(
      id: MessageID(conversation: conversationID(), sequence: sequence()),
      senderID: participantID(),
      type: value(),
      content: string(),
      attachmentURL: optionalString(),
      createdAt: timestamp(),
      updatedAt: timestamp()
    )
  }
}
