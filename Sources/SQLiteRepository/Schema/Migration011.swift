import GRDB

/// What a message says, and said before it was edited, cannot become something else unnoticed.
enum Migration011 {
  /// Rows in memory at a time.
  private static let chunk = 10_000

  static func run(_ db: Database) throws {
    try db.execute(
      sql: """
        -- NULL in no row: each has it from this step or from the statement that wrote it.
        ALTER TABLE chat_messages ADD COLUMN checksum INTEGER;
        ALTER TABLE message_versions ADD COLUMN checksum INTEGER;
        """
    )
    try messages(db)
    try versions(db)
  }

  private static func messages(_ db: Database) throws {
    let update = try BoundStatement(
      "UPDATE chat_messages SET checksum = ? WHERE position = ?",
      db
    )
    var last: Int64 = 0
    while true {
      let rows = try db.all(
        """
        SELECT conversation_id, sequence, sender_id, message_type, content, attachment_url,
          created_at, updated_at, reply_to, is_urgent, version, deleted_at, mentions,
          attachment_id, forwarded_from, acting_service, position
        FROM chat_messages WHERE position > ? ORDER BY position LIMIT \(chunk)
        """,
        [last]
      ) { row in try (position: row.int64(at: 16), checksum: row.checksum(ofFirst: 17)) }
      for row in rows {
        update.bind(row.checksum, at: 1)
        update.bind(row.position, at: 2)
        try update.run(db)
      }
      guard let end = rows.last, rows.count == chunk else { return }
      last = end.position
    }
  }

  private static func versions(_ db: Database) throws {
    let update = try BoundStatement(
      """
      UPDATE message_versions SET checksum = ?
      WHERE conversation_id = ? AND sequence = ? AND version = ?
      """,
      db
    )
    var last: [Int64] = [0, 0, 0]
    while true {
      let rows = try db.all(
        """
        SELECT conversation_id, sequence, version, content, mentions, written_at
        FROM message_versions WHERE (conversation_id, sequence, version) > (?, ?, ?)
        ORDER BY conversation_id, sequence, version LIMIT \(chunk)
        """,
        last
      ) { row in
        try (
          key: [row.int64(at: 0), row.int64(at: 1), row.int64(at: 2)],
          checksum: row.checksum(ofFirst: 6)
        )
      }
      for row in rows {
        update.bind(row.checksum, at: 1)
        for (index, part) in row.key.enumerated() { update.bind(part, at: Int32(index) + 2) }
        try update.run(db)
      }
      guard let end = rows.last, rows.count == chunk else { return }
      last = end.key
    }
  }
}
