import ChatModel
import ChatRepository
import GRDB

extension Snapshot {
  func message(_ id: MessageID, visibleTo viewer: UserID?) throws -> Message? {
    guard let (message, view) = try find(id, for: viewer) else { return nil }
    return try resolve(message, in: view)
  }

  /// A message that `viewer` may see.
  private func find(
    _ id: MessageID,
    for viewer: UserID?
  ) throws -> (StoredMessage, ConversationView)? {
    guard let view = try view(of: id.conversation, for: viewer),
      view.visibility.contains(id.sequence), let message = try Queries.message(id, db)
    else { return nil }
    if let viewer, try Queries.isHidden(id, from: viewer, db) { return nil }
    return (message, view)
  }

  func messages(
    of id: ConversationID,
    in range: MessageRange,
    visibleTo viewer: UserID?
  ) throws -> Page<Message> {
    guard let view = try view(of: id, for: viewer) else { throw ChatError.notFound(.conversation) }
    guard let bounds = view.visibility.bounds else { return Page(items: [], hasMore: false) }
    var found: [StoredMessage] = []
    var hasMore = false
    var bytes = 0
    let hider = try Queries.hasHidden(in: id, db) ? viewer : nil
    let bounded: [any StoredValue] = [
      id.rawValue, max(range.after?.rawValue ?? 0, bounds.lowerBound - 1),
      range.before?.rawValue ?? .max, bounds.upperBound,
    ]
    try db.each(
      Self.messagesQuery(range.order, besidesHidden: hider != nil),
      bounded + (hider.map { [$0.rawValue] } ?? [])
    ) { row in
      let message = try row.message()
      guard view.visibility.contains(message.id.sequence) else { return true }
      bytes += message.content.utf8.count
      hasMore =
        found.count == max(1, range.limit) || (!found.isEmpty && bytes > range.byteLimit)
      if !hasMore { found.append(message) }
      return !hasMore
    }
    return Page(items: try resolve(found, in: view), hasMore: hasMore)
  }

  private static func messagesQuery(
    _ order: MessageRange.Order,
    besidesHidden: Bool
  ) -> String {
    let direction =
      switch order {
      case .ascending: "ASC"
      case .descending: "DESC"
      }
    let besides = """
      AND NOT EXISTS (SELECT 1 FROM hidden_messages h
        WHERE h.conversation_id = m.conversation_id AND h.sequence = m.sequence AND h.user_id = ?)
      """
    return """
      SELECT \(Columns.message) FROM chat_messages m
      WHERE m.conversation_id = ? AND m.sequence > ? AND m.sequence < ? AND m.sequence <= ?
      \(besidesHidden ? besides : "") ORDER BY m.sequence \(direction)
      """
  }

  func versions(of id: MessageID, visibleTo viewer: UserID?) throws -> [MessageVersion] {
    guard let (message, _) = try find(id, for: viewer), message.deletedAt == nil else {
      throw ChatError.notFound(.message)
    }
    let present = MessageVersion(
      number: message.version,
      content: message.content,
      mentions: message.mentions,
      writtenAt: message.updatedAt
    )
    return try Queries.versions(of: id, db) + [present]
  }
}
