import ChatModel
import GRDB

/// The columns of messages and of their earlier versions that their checksums cover, in the order in
/// which they are read.
enum MessageColumns {
  static let names = """
    conversation_id, sequence, sender_id, message_type, content, attachment_url, created_at, \
    updated_at, reply_to, is_urgent, version, deleted_at, mentions, attachment_id, forwarded_from, \
    acting_service, position
    """
  static let count: Int32 = 17

  static let versionNames = "conversation_id, sequence, version, content, mentions, written_at"
  static let versionCount: Int32 = 6

  /// Writes the checksum of a message anew, after a change of its row.
  static func renewChecksum(of id: MessageID, _ db: Database) throws {
    let key = [id.conversation.rawValue, id.sequence.rawValue]
    let checksum = try db.first(
      "SELECT \(names) FROM chat_messages WHERE conversation_id = ? AND sequence = ?",
      key
    ) { try $0.checksum(ofFirst: count) }
    guard let checksum else { throw DamagedRow() }
    try db.run(
      "UPDATE chat_messages SET checksum = ? WHERE conversation_id = ? AND sequence = ?",
      [checksum] + key
    )
  }
}
