import ChatModel
import ChatRepository
import GRDB

/// The three statements that every message runs, looked up once for a transaction.
struct AppendStatements {
  private let db: Database
  private let message: BoundStatement
  private let key: BoundStatement
  private let event: BoundStatement

  init(_ db: Database) throws {
    self.db = db
    message = try BoundStatement(
      """
      INSERT INTO chat_messages (\(MessageColumns.names), checksum)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      db
    )
    key = try BoundStatement(
      """
      INSERT INTO idempotency_keys (user_id, key, fingerprint, conversation_id, sequence)
      VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
      """,
      db
    )
    event = try BoundStatement(
      """
      INSERT INTO events (position, kind, conversation_id, occurred_at, sequence, instance)
      VALUES (?, 'message_created', ?, ?, ?, ?)
      """,
      db
    )
  }

  /// - Parameter position: of the event that will tell of it.
  func insert(_ new: Message, at position: EventPosition) throws {
    var row = CheckedBinding(message, reserving: new.content.utf8.count)
    row.bind(new.conversationID.rawValue)
    row.bind(new.sequence.rawValue)
    row.bind(new.sender.participantID.rawValue)
    row.bind(new.type.rawValue)
    row.bind(new.content)
    row.bind(new.attachmentURL)
    row.bind(new.createdAt.milliseconds)
    row.bind(new.updatedAt.milliseconds)
    row.bind(new.replyTo?.id.sequence.rawValue)
    row.bind(new.priority == .urgent ? 1 : 0)
    row.bind(Int64(new.version))
    row.bind(new.deletedAt?.milliseconds)
    row.bind(UserList.text(new.mentions))
    row.bind(new.attachmentID?.description)
    row.bind(new.forwardedFrom?.description)
    row.bind(new.actingService?.rawValue)
    row.bind(position.rawValue)
    row.bindChecksum()
    try message.run(db)
  }

  /// Notes under which key a message is sent.
  ///
  /// - Returns: false when the key was used before; nothing is written then.
  func claim(
    _ used: IdempotencyKey,
    of user: UserID,
    for id: MessageID,
    _ fingerprint: Fingerprint
  ) throws -> Bool {
    key.bind(user.rawValue, at: 1)
    key.bind(used.rawValue, at: 2)
    key.bind(fingerprint.data, at: 3)
    key.bind(id.conversation.rawValue, at: 4)
    key.bind(id.sequence.rawValue, at: 5)
    return try key.run(db) > 0
  }

  /// Writes the event of a message to the log.
  ///
  /// - Parameter instance: of the database.
  func record(_ new: Message, at position: EventPosition, _ instance: Int64?) throws {
    event.bind(position.rawValue, at: 1)
    event.bind(new.conversationID.rawValue, at: 2)
    event.bind(new.createdAt.milliseconds, at: 3)
    event.bind(new.sequence.rawValue, at: 4)
    event.bind(instance, at: 5)
    try event.run(db)
  }
}
