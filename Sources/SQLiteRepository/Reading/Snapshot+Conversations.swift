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
    // What is sorted is narrow: a user may have thousands, of which one page is read whole.
    let found = try db.all(
      """
      SELECT \(Columns.conversation) FROM (
        SELECT conversation_id AS id, ifnull(last_message_at, created_at) AS activity
        FROM chat_conversations WHERE conversation_id IN (
          SELECT conversation_id FROM chat_participants WHERE user_id = ? AND is_active = 1)
        AND (ifnull(last_message_at, created_at), conversation_id) < (?, ?)
        ORDER BY activity DESC, id DESC LIMIT ?
      ) JOIN chat_conversations c ON c.conversation_id = id ORDER BY activity DESC, id DESC
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
    let members = try Queries.participants(of: conversation.id, db)
    let own = members.first { $0.participant.isActive && $0.participant.userID == viewer }
    guard let own, let view = ConversationView(of: conversation, members, for: viewer) else {
      return nil
    }
    return ConversationSummary(
      conversation: conversation,
      participants: view.shownParticipants,
      lastMessage: try lastMessage(of: conversation, in: view),
      unreadCount: own.unreadCount(upTo: conversation.lastSequence),
      mutedUntil: own.mutedUntil
    )
  }

  /// The newest message that the viewer may see.
  private func lastMessage(
    of conversation: Conversation,
    in view: ConversationView
  ) throws -> Message? {
    let newest = MessageID(conversation: conversation.id, sequence: conversation.lastSequence)
    guard let viewer = view.viewer, view.visibility.contains(newest.sequence),
      try !Queries.isHidden(newest, from: viewer, db)
    else {
      let range = MessageRange(order: .descending, limit: 1, byteLimit: .max)
      return try messages(of: conversation.id, in: range, visibleTo: view.viewer).items.first
    }
    return try Queries.message(newest, db).flatMap { try resolve($0, in: view) }
  }

  func unreadCounts(of user: UserID) throws -> UnreadCounts {
    var counts: [ConversationID: Int] = [:]
    try db.each(
      """
      SELECT conversation_id, c.last_sequence - p.read_up_to - p.not_counted_after_read AS unread
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

  func unreadTotal(of user: UserID) throws -> Int {
    try db.first(
      """
      SELECT ifnull(sum(max(0, c.last_sequence - p.read_up_to - p.not_counted_after_read)), 0)
      FROM chat_participants p JOIN chat_conversations c USING (conversation_id)
      WHERE p.user_id = ? AND p.is_active = 1
      """,
      [user.rawValue]
    ) { try $0.int() } ?? 0
  }
}
