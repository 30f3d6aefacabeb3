import ChatModel
import ChatRepository
import GRDB

extension Queries {
  static func attachment(_ id: AttachmentID, _ db: Database) throws -> StoredAttachment? {
    try db.first(
      "SELECT \(StoredAttachment.columns) FROM attachments a WHERE a.attachment_id = ?",
      [id.description]
    ) { try $0.attachment() }
  }

  /// Whether a user may see a message that has the attachment.
  static func isAttachment(
    _ id: AttachmentID,
    inMessageSeenBy user: UserID,
    _ db: Database
  ) throws -> Bool {
    let messages = try db.all(
      """
      SELECT m.conversation_id, m.sequence FROM chat_messages m JOIN chat_participants p
        ON p.conversation_id = m.conversation_id AND p.user_id = ? AND p.is_active = 1
      WHERE m.attachment_id = ?
      """,
      [user.rawValue, id.description]
    ) { try MessageID(conversation: $0.conversationID(), sequence: $0.sequence()) }
    let snapshot = Snapshot(db: db)
    return try messages.contains { message in
      guard let view = try snapshot.view(of: message.conversation, for: user),
        view.visibility.contains(message.sequence)
      else { return false }
      return try !isHidden(message, from: user, db)
    }
  }

  /// The messages that have the attachment.
  static func messages(with id: AttachmentID, _ db: Database) throws -> [MessageID] {
    try db.all(
      "SELECT conversation_id, sequence FROM chat_messages WHERE attachment_id = ?",
      [id.description]
    ) { try MessageID(conversation: $0.conversationID(), sequence: $0.sequence()) }
  }

  static func attachmentUsage(of user: UserID, _ db: Database) throws -> AttachmentUsage {
    try db.first(
      "SELECT bytes, files, uploads FROM attachment_usage WHERE user_id = ?",
      [user.rawValue]
    ) { try AttachmentUsage(bytes: $0.int64(), files: $0.int64(), uploads: $0.int64()) }
      ?? AttachmentUsage(bytes: 0, files: 0, uploads: 0)
  }

  static func waitingAttachments(
    after: AttachmentID?,
    limit: Int,
    _ db: Database
  ) throws -> [WaitingAttachment] {
    try db.all(
      """
      SELECT \(StoredAttachment.columns) FROM attachments a
      WHERE (a.state = 'pending' OR a.needs_thumbnail = 1) AND a.attachment_id > ?
      ORDER BY a.attachment_id LIMIT ?
      """,
      [after?.description ?? "", limit]
    ) { try $0.attachment().waiting }.compactMap { $0 }
  }

  static func isBlobUsed(_ hash: ContentHash, _ db: Database) throws -> Bool {
    try db.first(
      """
      SELECT EXISTS (SELECT 1 FROM attachments WHERE sha256 = ? AND state IN ('pending', 'clean'))
        OR EXISTS (SELECT 1 FROM attachments WHERE thumbnail_sha256 = ?)
      """,
      [hash.data, hash.data]
    ) { try $0.bool() } ?? false
  }
}
