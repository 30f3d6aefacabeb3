import ChatModel
import GRDB

/// The questions that both the writer and the readers ask.
enum Queries {
  static func user(_ id: UserID, _ db: Database) throws -> User? {
    try db.first("SELECT \(Columns.user) FROM users u WHERE u.user_id = ?", [id.rawValue]) {
      try $0.user()
    }
  }

  static func conversation(_ id: ConversationID, _ db: Database) throws -> Conversation? {
    try db.first(
      "SELECT \(Columns.conversation) FROM chat_conversations c WHERE c.conversation_id = ?",
      [id.rawValue]
    ) { try $0.conversation() }
  }

  static func directConversation(
    of one: UserID,
    and other: UserID,
    _ db: Database
  ) throws -> ConversationID? {
    // SQLite compares bytes, as this does.
    let isOrdered = one.rawValue.utf8.lexicographicallyPrecedes(other.rawValue.utf8)
    return try db.first(
      """
      SELECT conversation_id FROM chat_conversations
      WHERE type = 'direct' AND min(user_id, member_id) = ? AND max(user_id, member_id) = ?
      """,
      isOrdered ? [one.rawValue, other.rawValue] : [other.rawValue, one.rawValue]
    ) { try $0.conversationID() }
  }

  static func participants(
    of id: ConversationID,
    _ db: Database
  ) throws -> [StoredParticipant] {
    try db.all(
      """
      SELECT \(Columns.participant) FROM chat_participants p JOIN users u USING (user_id)
      WHERE p.conversation_id = ? ORDER BY p.participant_id
      """,
      [id.rawValue]
    ) { try $0.participant() }
  }

  static func message(_ id: MessageID, _ db: Database) throws -> StoredMessage? {
    try db.first(
      """
      SELECT \(Columns.message) FROM chat_messages m
      WHERE m.conversation_id = ? AND m.sequence = ?
      """,
      [id.conversation.rawValue, id.sequence.rawValue]
    ) { try $0.message() }
  }

  /// The messages of a stretch that do not count as unread for a participant: his own, deleted
  /// ones, and those he hid from himself.
  static func notCounted(
    in id: ConversationID,
    for participant: Participant,
    after: MessageSequence,
    upTo: MessageSequence,
    _ db: Database
  ) throws -> Int {
    try db.first(
      """
      SELECT count(*) FROM chat_messages m
      WHERE m.conversation_id = ?1 AND m.sequence > ?2 AND m.sequence <= ?3
        AND (m.deleted_at IS NOT NULL
          OR m.sender_id IN (SELECT participant_id FROM chat_participants
            WHERE conversation_id = ?1 AND user_id = ?4)
          OR EXISTS (SELECT 1 FROM hidden_messages h WHERE h.conversation_id = m.conversation_id
            AND h.sequence = m.sequence AND h.user_id = ?4))
      """,
      [id.rawValue, after.rawValue, upTo.rawValue, participant.userID.rawValue]
    ) { try $0.int() } ?? 0
  }

  static func isHidden(_ id: MessageID, from user: UserID, _ db: Database) throws -> Bool {
    try hiddenAt(id, from: user, db) != nil
  }

  /// Those who deleted a message for themselves.
  static func usersWithout(_ id: MessageID, _ db: Database) throws -> Set<UserID> {
    Set(
      try db.all(
        "SELECT user_id FROM hidden_messages WHERE conversation_id = ? AND sequence = ?",
        [id.conversation.rawValue, id.sequence.rawValue]
      ) { try $0.userID() }
    )
  }

  /// Whether anybody hides a message of a conversation from himself, so that each must be looked up.
  static func hasHidden(in id: ConversationID, _ db: Database) throws -> Bool {
    try db.first(
      "SELECT 1 FROM hidden_messages WHERE conversation_id = ? LIMIT 1",
      [id.rawValue]
    ) { _ in true } ?? false
  }

  static func hiddenAt(_ id: MessageID, from user: UserID, _ db: Database) throws -> Timestamp? {
    try db.first(
      """
      SELECT hidden_at FROM hidden_messages
      WHERE conversation_id = ? AND sequence = ? AND user_id = ?
      """,
      [id.conversation.rawValue, id.sequence.rawValue, user.rawValue]
    ) { try $0.timestamp() }
  }

  /// The earlier versions of a message, oldest first.
  static func versions(of id: MessageID, _ db: Database) throws -> [MessageVersion] {
    try db.all(
      """
      SELECT \(MessageColumns.versionNames), checksum FROM message_versions
      WHERE conversation_id = ? AND sequence = ? ORDER BY version
      """,
      [id.conversation.rawValue, id.sequence.rawValue]
    ) { row in
      row.beginChecksum()
      _ = try row.conversationID()
      _ = try row.sequence()
      let version = try MessageVersion(
        number: row.int(),
        content: row.string(),
        mentions: UserList.users(row.optionalString()),
        writtenAt: row.timestamp()
      )
      try row.endChecksum()
      return version
    }
  }

  static func headPosition(_ db: Database) throws -> EventPosition {
    try db.first("SELECT ifnull(max(position), 0) FROM events", []) { try $0.position() } ?? .zero
  }
}
