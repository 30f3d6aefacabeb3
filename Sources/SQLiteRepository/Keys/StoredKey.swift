import ChatModel
import ChatRepository
import Foundation
import GRDB

/// What is kept under an idempotency key.
struct StoredKey {
  enum Result {
    case message(MessageID)
    case answer(operation: String, subject: String?, json: String)
  }

  let fingerprint: Fingerprint
  let result: Result

  /// The error of whoever uses the key for something else.
  var conflict: ChatError {
    switch result {
    case .message(let id): .alreadyExists(.message(id))
    case .answer(let operation, let subject, _):
      .alreadyExists(.operation(operation, subject: subject))
    }
  }

  static func find(_ key: IdempotencyKey, of user: UserID, _ db: Database) throws -> StoredKey? {
    try db.first(
      """
      SELECT fingerprint, conversation_id, sequence, operation, subject, answer
      FROM idempotency_keys WHERE user_id = ? AND key = ?
      """,
      [user.rawValue, key.rawValue]
    ) { try StoredKey(&$0) }
  }

  private init(_ row: inout StoredRow) throws {
    fingerprint = Fingerprint(data: try row.data())
    let conversation = try row.optionalInt64().flatMap(ConversationID.init(rawValue:))
    let sequence = try row.optionalInt64().flatMap(MessageSequence.init(rawValue:))
    let operation = try row.optionalString()
    let subject = try row.optionalString()
    let json = try row.optionalString()
    if let conversation, let sequence {
      result = .message(MessageID(conversation: conversation, sequence: sequence))
    } else if let operation, let json {
      result = .answer(operation: operation, subject: subject, json: json)
    } else {
      throw DamagedRow()
    }
  }

  /// Keeps the answer to an intent.
  static func insert<Intent: WriteIntent>(
    _ outcome: Intent.Outcome,
    to _: Intent.Type,
    _ fingerprint: Fingerprint,
    under key: IdempotencyKey,
    of user: UserID,
    _ db: Database
  ) throws {
    let json = String(decoding: try JSONEncoder().encode(outcome), as: UTF8.self)
    try db.run(
      """
      INSERT INTO idempotency_keys (user_id, key, fingerprint, operation, subject, answer)
      VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        user.rawValue, key.rawValue, fingerprint.data, Intent.operation,
        Intent.subject(of: outcome), json,
      ]
    )
  }
}
