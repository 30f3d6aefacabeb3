import ChatModel
import GRDB

/// Computes the checksums of messages and of their earlier versions again.
struct MessageCheck {
  private(set) var report = DatabaseReport()
  private var lastPosition: Int64
  private var lastVersion: [Int64] = [0, 0, 0]

  private let includesVersions: Bool

  /// - Parameter position: only messages behind it are looked at.
  init(after position: Int64 = 0, includesVersions: Bool = true) {
    lastPosition = position
    self.includesVersions = includesVersions
  }

  /// Looks at the next messages, or at the next versions when all messages were looked at.
  ///
  /// - Returns: whether there is more.
  mutating func goOn(on db: Database, atMost limit: Int) throws -> Bool {
    if try messages(db, limit) == limit { return true }
    return try includesVersions && versions(db, limit) == limit
  }

  private mutating func messages(_ db: Database, _ limit: Int) throws -> Int {
    var count = 0
    try db.each(
      """
      SELECT \(MessageColumns.names), checksum FROM chat_messages
      WHERE position > ? ORDER BY position LIMIT ?
      """,
      [lastPosition, limit]
    ) { row in
      count += 1
      lastPosition = try row.int64(at: MessageColumns.count - 1)
      if !row.isSound(columns: MessageColumns.count) {
        found(
          .init(table: "chat_messages", message: row.messageName, position: lastPosition)
        )
      }
      return true
    }
    report.messageCount += count
    return count
  }

  private mutating func versions(_ db: Database, _ limit: Int) throws -> Int {
    var count = 0
    try db.each(
      """
      SELECT \(MessageColumns.versionNames), checksum FROM message_versions
      WHERE (conversation_id, sequence, version) > (?, ?, ?)
      ORDER BY conversation_id, sequence, version LIMIT ?
      """,
      lastVersion + [Int64(limit)]
    ) { row in
      count += 1
      lastVersion = try [row.int64(at: 0), row.int64(at: 1), row.int64(at: 2)]
      if !row.isSound(columns: MessageColumns.versionCount) {
        found(
          .init(table: "message_versions", message: row.messageName, version: lastVersion[2])
        )
      }
      return true
    }
    report.versionCount += count
    return count
  }

  private mutating func found(_ row: DatabaseReport.DamagedRow) {
    if report.damaged.count < DatabaseVerifier.damagedMax { report.damaged.append(row) }
  }
}

extension StoredRow {
  /// Whether the checksum behind so many columns is theirs.
  fileprivate func isSound(columns: Int32) -> Bool {
    guard let found = try? checksum(ofFirst: columns), let noted = try? int64(at: columns) else {
      return false
    }
    return found == noted
  }

  /// The name of the message whose conversation and sequence stand in the first two columns.
  fileprivate var messageName: String {
    guard let conversation = try? ConversationID(rawValue: int64(at: 0)),
      let sequence = try? MessageSequence(rawValue: int64(at: 1))
    else { return "without a name" }
    return MessageID(conversation: conversation, sequence: sequence).description
  }
}
