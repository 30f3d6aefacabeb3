import ChatModel
import ChatRepository

extension Snapshot {
  /// Events that are looked through to bring an inbox up to date. Behind more, it is made anew.
  private static let eventsMax: Int64 = 500

  /// A user's conversations at this moment.
  func inbox(of user: UserID, _ cache: InboxCache) throws -> Inbox {
    let head = try Queries.headPosition(db)
    let inbox =
      try cache.inbox(of: user).flatMap { try moved($0, of: user, to: head) }
      ?? Inbox(rows(of: user), at: head)
    cache.keep(inbox, of: user)
    return inbox
  }

  /// An inbox brought up to date; nil if it is from too long ago, or of a moment after this one.
  private func moved(
    _ inbox: Inbox,
    of user: UserID,
    to head: EventPosition
  ) throws -> Inbox? {
    let behind = head.rawValue - inbox.position.rawValue
    guard (0...Self.eventsMax).contains(behind) else { return nil }
    if behind == 0 { return inbox }
    let changed = try db.all(
      """
      SELECT DISTINCT conversation_id FROM events
      WHERE position > ? AND conversation_id IS NOT NULL
      """,
      [inbox.position.rawValue]
    ) { try $0.conversationID() }
    var moved = inbox
    moved.move(
      to: head,
      try Dictionary(uniqueKeysWithValues: changed.map { ($0, try row(of: user, in: $0)) })
    )
    return moved
  }

  private static let columns = """
    conversation_id, ifnull(c.last_message_at, c.created_at), \
    max(0, c.last_sequence - p.read_up_to - p.not_counted_after_read)
    """

  private func rows(of user: UserID) throws -> [Inbox.Row] {
    try db.all(
      """
      SELECT \(Self.columns)
      FROM chat_participants p JOIN chat_conversations c USING (conversation_id)
      WHERE p.user_id = ? AND p.is_active = 1
      """,
      [user.rawValue]
    ) { try $0.inboxRow() }
  }

  private func row(of user: UserID, in id: ConversationID) throws -> Inbox.Row? {
    try db.first(
      """
      SELECT \(Self.columns)
      FROM chat_participants p JOIN chat_conversations c USING (conversation_id)
      WHERE p.conversation_id = ? AND p.user_id = ? AND p.is_active = 1
      """,
      [id.rawValue, user.rawValue]
    ) { try $0.inboxRow() }
  }
}

extension StoredRow {
  fileprivate mutating func inboxRow() throws -> Inbox.Row {
    try Inbox.Row(
      conversation: conversationID(),
      lastActivityAt: timestamp(),
      unreadCount: int()
    )
  }
}
