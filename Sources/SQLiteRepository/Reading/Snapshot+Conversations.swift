import ChatModel
import ChatRepository
import GRDB

extension Snapshot {
  func conversation(
    _ id: ConversationID,
    for viewer: UserID
  ) throws -> ConversationSummary? {
    guard let conversation = try Queries.conversation(id, db) else { return nil }
    return try summary(of: conversation, for: viewer)
  }

  func conversations(
    of viewer: UserID,
    before: ActivityKey?,
    limit: Int
  ) throws -> Page<ConversationSummary> {
    let limit = max(1, limit)
    let found = try db.all(
      """
      SELECT \(Columns.conversation)
      FROM chat_participants p JOIN chat_conversations c USING (conversation_id)
      WHERE p.user_id = ? AND p.is_active = 1
        AND (ifnull(c.last_message_at, c.created_at), c.conversation_id) < (?, ?)
      ORDER BY ifnull(c.last_message_at, c.created_at) DESC, c.conversation_id DESC LIMIT ?
      """,
      [
        viewer.rawValue, before?.lastActivityAt.milliseconds ?? .max,
        before?.conversation.rawValue ?? .max, limit + 1,
      ]
    ) { try $0.conversation() }
    let summaries = try found.prefix(limit).compactMap { try summary(of: $0, for: viewer) }
    return Page(items: summaries, hasMore: found.count > limit)
  }

  private func summary(
    of conversation: Conversation,
    for viewer: UserID
  ) throws -> ConversationSummary? {
    let stored = try Queries.participants(of: conversation.id, db)
    let own = stored.first { $0.participant.isActive && $0.participant.userID == viewer }
    guard let own else { return nil }
    let participants = stored.map(\.participant)
    let last = try Queries.message(
      MessageID(conversation: conversation.id, sequence: conversation.lastSequence),
      db
    )
    return ConversationSummary(
      conversation: conversation,
      participants: participants,
      lastMessage: try last.map { try resolve($0, among: participants) },
      unreadCount: own.unreadCount(upTo: conversation.lastSequence)
    )
  }

  func unreadCounts(of user: UserID) throws -> UnreadCounts {
    var counts: [ConversationID: Int] = [:]
    try db.each(
      """
      SELECT conversation_id, c.last_sequence - p.read_up_to - p.own_after_read AS unread
      FROM chat_participants p JOIN chat_conversations c USING (conversation_id)
      WHERE p.user_id = ? AND p.is_active = 1 AND unread > 0
      """,
      [user.rawValue]
    ) { row in
      let id = try row.conversationID()
      counts[id] = try row.int()
      return true
    }
    return UnreadCounts(total: counts.values.reduce(0, +), byConversation: counts)
  }
}
