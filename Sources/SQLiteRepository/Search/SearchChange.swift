import ChatModel
import GRDB

/// What one event means for the index.
struct SearchChange: Sendable {
  /// The row of the message.
  let row: Int64
  /// Nil takes it out.
  let content: String?
  let scope: String

  /// What the events behind a position mean, up to the last one that was looked at.
  static func changes(
    after position: EventPosition,
    limit: Int,
    _ db: Database
  ) throws -> (changes: [SearchChange], reached: EventPosition) {
    var reached = position
    var members: [ConversationID: [StoredParticipant]] = [:]
    var changes: [SearchChange] = []
    let events = try db.all(
      """
      SELECT \(StoredEvent.columns) FROM events e WHERE e.position > ?
      ORDER BY e.position LIMIT ?
      """,
      [position.rawValue, limit]
    ) { try StoredEvent(&$0) }
    for event in events {
      reached = event.position
      guard event.changesText, let conversation = event.conversationID,
        let sequence = event.sequence
      else { continue }
      let known = try members[conversation] ?? Queries.participants(of: conversation, db)
      members[conversation] = known
      let id = MessageID(conversation: conversation, sequence: sequence)
      if let change = try SearchChange(id, known, db) { changes.append(change) }
    }
    return (changes, reached)
  }

  /// A message as it is now, whatever the event said: a later event says the same again.
  private init?(_ id: MessageID, _ members: [StoredParticipant], _ db: Database) throws {
    let row = try db.first(
      """
      SELECT position, content, deleted_at FROM chat_messages
      WHERE conversation_id = ? AND sequence = ?
      """,
      [id.conversation.rawValue, id.sequence.rawValue]
    ) { try (position: $0.int64(), content: $0.string(), deletedAt: $0.optionalInt64()) }
    guard let row else { throw DamagedRow() }
    self.row = row.position
    self.content = row.deletedAt == nil && !row.content.isEmpty ? row.content : nil
    scope = SearchScope.words(id.conversation, members)
  }

  func apply(_ db: Database) throws {
    try db.run("DELETE FROM message_text WHERE rowid = ?", [row])
    guard let content else { return }
    try db.run(
      "INSERT INTO message_text (rowid, content, scope) VALUES (?, ?, ?)",
      [row, content, scope]
    )
  }
}

extension StoredEvent {
  fileprivate var changesText: Bool {
    switch kind {
    case .messageCreated, .messageEdited, .messageDeleted: true
    default: false
    }
  }
}
