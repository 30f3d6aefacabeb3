import ChatModel
import ChatRepository
import GRDB

extension Snapshot {
  func logHead() throws -> LogHead {
    let id = try db.first("SELECT log_id FROM log", []) { UInt32(exactly: try $0.int64()) }
    guard case .some(.some(let id)) = id else { throw DamagedRow() }
    return LogHead(log: LogID(rawValue: id), position: try Queries.headPosition(db))
  }

  func events(_ query: EventQuery) throws -> EventPage {
    let head = try Queries.headPosition(db)
    guard query.after <= head else { throw ChatError.outOfRange }
    let window = Int64(max(1, query.scanWindow))
    let left = head.rawValue - query.after.rawValue
    let end = left > window ? EventPosition(rawValue: query.after.rawValue + window) : head
    guard let end else { throw DamagedRow() }

    let limit = max(1, query.limit)
    let stored = try storedEvents(query, upTo: end, limit: limit)
    var resolver = EventResolver(snapshot: self, for: query.user)
    var page = EventPage(events: [], reached: end, reachedHead: end == head)
    var bytes = 0
    for event in stored {
      let resolved = try resolver.resolve(event)
      bytes += resolved.textByteCount
      if !page.events.isEmpty, bytes > query.byteLimit { break }
      page.events.append(resolved)
    }
    if page.events.count == limit || page.events.count < stored.count,
      let last = page.events.last
    {
      page.reached = last.position
      page.reachedHead = last.position == head
    }
    return page
  }

  /// Walks the log by its primary key and asks of each event whether its conversation is the
  /// user's: the cost follows the window, not the number of his conversations.
  private func storedEvents(
    _ query: EventQuery,
    upTo end: EventPosition,
    limit: Int
  ) throws -> [StoredEvent] {
    try db.all(
      """
      SELECT \(StoredEvent.columns) FROM events e
      WHERE e.position > ? AND e.position <= ?
        AND iif(e.audience IS NULL, EXISTS (
          SELECT 1 FROM chat_participants p
          WHERE p.user_id = ? AND p.conversation_id = e.conversation_id
            AND p.joined_position < e.position
            AND (p.left_position IS NULL OR e.position <= p.left_position)),
          instr(e.audience, ?))
      ORDER BY e.position LIMIT ?
      """,
      [
        query.after.rawValue, end.rawValue, query.user.rawValue, " \(query.user) ", limit,
      ]
    ) { try StoredEvent(&$0) }
  }
}

extension Event {
  fileprivate var textByteCount: Int {
    switch kind {
    case .messageCreated(let message), .messageEdited(let message): message.content.utf8.count
    default: 0
    }
  }
}
