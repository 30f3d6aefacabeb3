import ChatModel
import GRDB

/// An event as the log keeps it: it names its subject instead of holding it.
struct StoredEvent {
  enum Kind: String {
    case conversationCreated = "conversation_created"
    case messageCreated = "message_created"
    case receiptMoved = "receipt_moved"
  }

  var position: EventPosition
  var kind: Kind
  var conversationID: ConversationID
  var occurredAt: Timestamp
  var sequence: MessageSequence?
  var participantID: ParticipantID?
  var receiptKind: ReceiptKind?

  static let columns =
    "e.position, e.kind, e.conversation_id, e.occurred_at, e.sequence, e.participant_id, "
    + "e.receipt_kind"

  init(_ row: inout StoredRow) throws {
    position = try row.position()
    kind = try row.value()
    conversationID = try row.conversationID()
    occurredAt = try row.timestamp()
    sequence = try row.optionalInt64().flatMap(MessageSequence.init(rawValue:))
    participantID = try row.optionalInt64().flatMap(ParticipantID.init(rawValue:))
    receiptKind = try row.optionalString().flatMap(ReceiptKind.init(rawValue:))
  }

  private init(_ event: Event) {
    position = event.position
    conversationID = event.conversationID
    occurredAt = event.occurredAt
    switch event.kind {
    case .conversationCreated:
      kind = .conversationCreated
    case .messageCreated(let message):
      kind = .messageCreated
      sequence = message.sequence
    case .receiptMoved(let move):
      kind = .receiptMoved
      sequence = move.upTo
      participantID = move.participantID
      receiptKind = move.kind
    }
  }

  static func insert(_ event: Event, _ db: Database) throws {
    let stored = StoredEvent(event)
    try db.run(
      """
      INSERT INTO events (position, kind, conversation_id, occurred_at, sequence, participant_id,
        receipt_kind) VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [
        stored.position.rawValue, stored.kind.rawValue, stored.conversationID.rawValue,
        stored.occurredAt.milliseconds, stored.sequence?.rawValue,
        stored.participantID?.rawValue, stored.receiptKind?.rawValue,
      ]
    )
  }
}
