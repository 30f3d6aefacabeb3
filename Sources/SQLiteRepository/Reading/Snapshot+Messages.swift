import ChatModel
import ChatRepository
import GRDB

extension Snapshot {
  func message(_ id: MessageID, visibleTo viewer: UserID?) throws -> Message? {
    guard let stored = try participants(of: id.conversation, visibleTo: viewer),
      let message = try Queries.message(id, db)
    else { return nil }
    return try resolve(message, among: stored.map(\.participant))
  }

  func messages(
    of id: ConversationID,
    in range: MessageRange,
    visibleTo viewer: UserID?
  ) throws -> Page<Message> {
    guard let stored = try participants(of: id, visibleTo: viewer) else {
      throw ChatError.notFound(.conversation)
    }
    let participants = stored.map(\.participant)
    var page = Page<Message>(items: [], hasMore: false)
    var bytes = 0
    try db.each(
      Self.messagesQuery(range.order),
      [
        id.rawValue, range.after?.rawValue ?? 0, range.before?.rawValue ?? .max,
        max(1, range.limit) + 1,
      ]
    ) { row in
      let message = try row.message()
      bytes += message.content.utf8.count
      let isFull =
        page.items.count == max(1, range.limit)
        || (!page.items.isEmpty && bytes > range.byteLimit)
      page.hasMore = isFull
      if !isFull { page.items.append(try resolve(message, among: participants)) }
      return !isFull
    }
    return page
  }

  private static func messagesQuery(_ order: MessageRange.Order) -> String {
    let direction =
      switch order {
      case .ascending: "ASC"
      case .descending: "DESC"
      }
    return """
      SELECT \(Columns.message) FROM chat_messages m
      WHERE m.conversation_id = ? AND m.sequence > ? AND m.sequence < ?
      ORDER BY m.sequence \(direction) LIMIT ?
      """
  }

  func receipts(of id: MessageID, visibleTo viewer: UserID?) throws -> [Receipt] {
    guard let stored = try participants(of: id.conversation, visibleTo: viewer),
      let message = try Queries.message(id, db)
    else { throw ChatError.notFound(.message) }
    return try stored.map(\.participant)
      .filter { $0.isActive && $0.id != message.senderID }
      .map { try receipt(of: id.sequence, for: $0) }
  }

  private func receipt(
    of sequence: MessageSequence,
    for participant: Participant
  ) throws -> Receipt {
    let read = try firstMove(.read, of: participant.id, covering: sequence)
    let delivered = try firstMove(.delivered, of: participant.id, covering: sequence)
    return Receipt(
      participantID: participant.id,
      userID: participant.userID,
      displayName: participant.displayName,
      // Who has read a message has got it, also if his device never said so.
      deliveredAt: [delivered, read].compactMap(\.self).min(),
      readAt: read
    )
  }

  private func firstMove(
    _ kind: ReceiptKind,
    of participant: ParticipantID,
    covering sequence: MessageSequence
  ) throws -> Timestamp? {
    try db.first(
      """
      SELECT moved_at FROM receipts
      WHERE participant_id = ? AND kind = ? AND up_to >= ? ORDER BY up_to LIMIT 1
      """,
      [participant.rawValue, kind.rawValue, sequence.rawValue]
    ) { try $0.timestamp() }
  }
}
