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

  static func message(
    underKey key: IdempotencyKey,
    of user: UserID,
    _ db: Database
  ) throws -> MessageID? {
    try db.first(
      "SELECT conversation_id, sequence FROM idempotency_keys WHERE user_id = ? AND key = ?",
      [user.rawValue, key.rawValue]
    ) { try MessageID(conversation: $0.conversationID(), sequence: $0.sequence()) }
  }

  static func messageCount(
    in id: ConversationID,
    from sender: ParticipantID,
    after sequence: MessageSequence,
    _ db: Database
  ) throws -> Int {
    try db.first(
      """
      SELECT count(*) FROM chat_messages
      WHERE conversation_id = ? AND sequence > ? AND sender_id = ?
      """,
      [id.rawValue, sequence.rawValue, sender.rawValue]
    ) { try $0.int() } ?? 0
  }

  static func headPosition(_ db: Database) throws -> EventPosition {
    try db.first("SELECT ifnull(max(position), 0) FROM events", []) { try $0.position() } ?? .zero
  }
}
