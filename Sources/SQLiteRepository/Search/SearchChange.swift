import ChatModel
import GRDB

/// What one event means for the index.
struct SearchChange: Sendable {
  /// The row of the message.
  let row: Int64
  /// Nil takes it out.
  let content: String?
  let scope: String
  /// Whether the index has never met the message, so that there is nothing to replace.
  let isFirst: Bool

  /// What the events behind a position mean, up to the last one that was looked at.
  ///
  /// A message is taken as it is now, whatever the event said: a later event says the same again.
  static func changes(
    after position: EventPosition,
    limit: Int,
    _ db: Database
  ) throws -> (changes: [SearchChange], reached: EventPosition) {
    var reached = position
    var scopes: [ConversationID: String] = [:]
    var changes: [SearchChange] = []
    changes.reserveCapacity(limit)
    try db.each(
      """
      SELECT e.position, m.position, m.content, m.deleted_at, m.conversation_id FROM events e
      LEFT JOIN chat_messages m ON m.position = CASE
        WHEN e.kind = 'message_created' THEN e.position
        WHEN e.kind = 'message_edited' OR e.kind = 'message_deleted' THEN
          (SELECT n.position FROM chat_messages n
            WHERE n.conversation_id = e.conversation_id AND n.sequence = e.sequence)
        END
      WHERE e.position > ? ORDER BY e.position LIMIT ?
      """,
      [position.rawValue, limit]
    ) { event in
      reached = try event.position()
      guard let row = try event.optionalInt64() else { return true }
      let content = try event.string()
      let isShown = try event.optionalInt64() == nil && !content.isEmpty
      let conversation = try event.conversationID()
      let scope = try scopes[conversation] ?? scopeWords(conversation, db)
      scopes[conversation] = scope
      let isFirst = row == reached.rawValue
      if isFirst && !isShown { return true }
      changes.append(
        SearchChange(row: row, content: isShown ? content : nil, scope: scope, isFirst: isFirst)
      )
      return true
    }
    return (changes, reached)
  }

  private static func scopeWords(_ id: ConversationID, _ db: Database) throws -> String {
    SearchScope.words(
      id,
      try db.all(
        "SELECT DISTINCT user_id FROM chat_participants WHERE conversation_id = ?",
        [id.rawValue]
      ) { try $0.userID() }
    )
  }
}

/// Writes changes to the index, in one transaction.
struct SearchStatements {
  private let db: Database
  private let remove: BoundStatement
  private let insert: BoundStatement

  init(_ db: Database) throws {
    self.db = db
    remove = try BoundStatement("DELETE FROM message_text WHERE rowid = ?", db)
    insert = try BoundStatement(
      "INSERT INTO message_text (rowid, content, scope) VALUES (?, ?, ?)",
      db
    )
  }

  func apply(_ change: SearchChange) throws {
    if !change.isFirst {
      remove.bind(change.row, at: 1)
      try remove.run(db)
    }
    guard let content = change.content else { return }
    insert.bind(change.row, at: 1)
    insert.bind(SearchWords.indexed(content), at: 2)
    insert.bind(change.scope, at: 3)
    try insert.run(db)
  }
}
