import ChatModel

/// The columns of the entities, and how their rows are read. Both lists have one order.
enum Columns {
  static let user = "u.user_id, u.display_name, u.role, u.is_active, u.created_at, u.updated_at"

  /// The same, under the tombstone name if the user was deactivated.
  static let knownUser = """
    u.user_id, iif(u.is_active, u.display_name, '\(User.tombstoneName)'), u.role, u.is_active, \
    u.created_at, u.updated_at
    """

  static let conversation = """
    c.conversation_id, c.type, c.title, c.is_active, c.user_id, c.member_id, c.created_by, \
    c.created_at, c.updated_at, c.last_sequence, c.last_message_at, c.history, c.care_role, \
    c.is_sensitive
    """

  /// Needs `chat_participants p JOIN users u`.
  static let participant = """
    p.participant_id, p.conversation_id, p.user_id, p.user_type, \
    iif(u.is_active, u.display_name, '\(User.tombstoneName)'), p.joined_at, \
    p.left_at, p.is_active, p.created_at, p.delivered_up_to, p.delivered_at, p.read_up_to, \
    p.read_at, p.acknowledged_up_to, p.acknowledged_at, p.participant_role, p.joined_sequence, \
    p.left_sequence, p.not_counted_after_read, p.joined_position, p.left_position, p.muted_until
    """

  static let message = """
    m.conversation_id, m.sequence, m.sender_id, m.message_type, m.content, m.attachment_url, \
    m.created_at, m.updated_at, m.reply_to, m.is_urgent, m.version, m.deleted_at, m.mentions, \
    m.attachment_id, m.forwarded_from, m.acting_service, m.position, m.checksum
    """
}

/// A participant with what only the repository needs to know of him.
struct StoredParticipant {
  var participant: Participant
  /// Behind his read watermark: his own messages, deleted ones, and those he hid from himself.
  var notCountedAfterRead: Int
  var joinedPosition: EventPosition
  var leftPosition: EventPosition?
  var mutedUntil: Timestamp?

  func sees(_ position: EventPosition) -> Bool {
    joinedPosition < position && leftPosition.map { position <= $0 } ?? true
  }

  /// Messages of others behind the read watermark that are still there for him.
  func unreadCount(upTo last: MessageSequence) -> Int {
    max(0, Int(last.rawValue - participant.read.upTo.rawValue) - notCountedAfterRead)
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
    let user = try optionalUserID()
    let member = try optionalUserID()
    var conversation = try Conversation(
      id: id,
      type: type,
      title: title,
      isActive: isActive,
      pair: UserPair(userID: user, memberID: member),
      createdBy: participantID(),
      createdAt: timestamp(),
      updatedAt: timestamp(),
      lastSequence: sequence(),
      lastMessageAt: optionalTimestamp()
    )
    conversation.history = try value()
    conversation.careRole = try optionalValue()
    conversation.isSensitive = try bool()
    if type == .support { conversation.patient = user }
    return conversation
  }

  mutating func participant() throws -> StoredParticipant {
    var participant = try Participant(
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
    participant.acknowledged = try watermark()
    participant.conversationRole = try value()
    participant.joinedSequence = try sequence()
    participant.leftSequence = try optionalInt64().flatMap(MessageSequence.init(rawValue:))
    return try StoredParticipant(
      participant: participant,
      notCountedAfterRead: int(),
      joinedPosition: position(),
      leftPosition: optionalInt64().flatMap(EventPosition.init(rawValue:)),
      mutedUntil: optionalTimestamp()
    )
  }

  private mutating func watermark() throws -> Watermark {
    try Watermark(upTo: sequence(), movedAt: optionalTimestamp())
  }
}

extension UserPair {
  fileprivate init?(userID: UserID?, memberID: UserID?) {
    guard let userID, let memberID else { return nil }
    self.init(userID: userID, memberID: memberID)
  }
}
