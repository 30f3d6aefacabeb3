import ChatModel
import GRDB

/// An event as the log keeps it: it names its subject instead of holding it.
struct StoredEvent {
  enum Kind: String {
    case conversationCreated = "conversation_created"
    case conversationUpdated = "conversation_updated"
    case participantJoined = "participant_joined"
    case participantLeft = "participant_left"
    case participantChanged = "participant_changed"
    case messageCreated = "message_created"
    case messageEdited = "message_edited"
    case messageDeleted = "message_deleted"
    case messageHidden = "message_hidden"
    case reactionAdded = "reaction_added"
    case reactionRemoved = "reaction_removed"
    case receiptMoved = "receipt_moved"
    case conversationMuted = "conversation_muted"
    case assignmentChanged = "assignment_changed"
    case attachmentChanged = "attachment_changed"
  }

  var position: EventPosition
  var kind: Kind
  var conversationID: ConversationID?
  var occurredAt: Timestamp
  var sequence: MessageSequence?
  var participantID: ParticipantID?
  var receiptKind: ReceiptKind?
  var detail: EventDetail?
  /// Nil means the participants.
  var audience: [UserID]?

  static let columns =
    "e.position, e.kind, e.conversation_id, e.occurred_at, e.sequence, e.participant_id, "
    + "e.receipt_kind, e.detail, e.audience"

  init(_ row: inout StoredRow) throws {
    position = try row.position()
    kind = try row.value()
    conversationID = try row.optionalInt64().flatMap(ConversationID.init(rawValue:))
    occurredAt = try row.timestamp()
    sequence = try row.optionalInt64().flatMap(MessageSequence.init(rawValue:))
    participantID = try row.optionalInt64().flatMap(ParticipantID.init(rawValue:))
    receiptKind = try row.optionalString().flatMap(ReceiptKind.init(rawValue:))
    detail = try row.optionalString().map { try EventDetail(json: $0) }
    audience = try row.optionalString().map { try UserList.users($0) }
  }

  /// - Parameter audience: only those whom the event concerns alone.
  init(_ event: Event, audience: [UserID]?) {
    position = event.position
    conversationID = event.conversationID
    occurredAt = event.occurredAt
    self.audience = audience
    switch event.kind {
    case .conversationCreated(let conversation, let participants):
      kind = .conversationCreated
      detail = EventDetail(beginning: conversation, participants)
    case .conversationUpdated(let change):
      kind = .conversationUpdated
      detail = EventDetail(change: change)
    case .participantJoined(let participant):
      kind = .participantJoined
      participantID = participant.id
      detail = EventDetail(role: participant.conversationRole)
    case .participantLeft(let id, _, let reason):
      kind = .participantLeft
      participantID = id
      detail = EventDetail(reason: reason)
    case .participantChanged(let id, _, let role):
      kind = .participantChanged
      participantID = id
      detail = EventDetail(role: role)
    case .messageCreated(let message):
      kind = .messageCreated
      sequence = message.sequence
    case .messageEdited(let message):
      kind = .messageEdited
      sequence = message.sequence
      detail = EventDetail(version: message.version)
    case .messageDeleted(let id, let user):
      kind = .messageDeleted
      sequence = id.sequence
      detail = EventDetail(user: user)
    case .messageHidden(let id):
      kind = .messageHidden
      sequence = id.sequence
    case .reactionAdded(let id, let user, let emoji):
      kind = .reactionAdded
      sequence = id.sequence
      detail = EventDetail(user: user, emoji: emoji)
    case .reactionRemoved(let id, let user, let emoji):
      kind = .reactionRemoved
      sequence = id.sequence
      detail = EventDetail(user: user, emoji: emoji)
    case .receiptMoved(let move):
      kind = .receiptMoved
      sequence = move.upTo
      participantID = move.participantID
      receiptKind = move.kind
    case .conversationMuted(let until):
      kind = .conversationMuted
      detail = EventDetail(until: until)
    case .assignmentChanged(let assignment):
      kind = .assignmentChanged
      detail = EventDetail(assignment: assignment)
    case .attachmentChanged(let change):
      kind = .attachmentChanged
      detail = EventDetail(attachment: change)
    }
  }

  /// - Parameter instance: of the database.
  func insert(_ db: Database, _ instance: Int64?) throws {
    try db.run(
      """
      INSERT INTO events (position, kind, conversation_id, occurred_at, sequence, participant_id,
        receipt_kind, detail, audience, instance) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        position.rawValue, kind.rawValue, conversationID?.rawValue, occurredAt.milliseconds,
        sequence?.rawValue, participantID?.rawValue, receiptKind?.rawValue,
        try detail?.json(), audience.flatMap(UserList.text), instance,
      ]
    )
  }
}
