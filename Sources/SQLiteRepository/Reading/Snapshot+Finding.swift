import ChatModel
import ChatRepository
import GRDB

extension Snapshot {
  func messages(
    _ filter: MessageFilter,
    before: MessagePlace?,
    limit: Int,
    of viewer: UserID
  ) throws -> Page<Message> {
    var found: [Message] = []
    var views: [ConversationID: ConversationView] = [:]
    var hasMore = false
    try db.each(
      Self.filterQuery,
      [
        viewer.rawValue, viewer.rawValue, filter.sender?.rawValue, filter.sender?.rawValue,
        filter.type?.rawValue, filter.type?.rawValue, filter.since?.milliseconds ?? .min,
        filter.until?.milliseconds ?? .max, filter.isUrgent, filter.isUrgent,
        before?.createdAt.milliseconds ?? .max, before?.id.conversation.rawValue ?? .max,
        before?.id.sequence.rawValue ?? .max,
      ]
    ) { row in
      let message = try row.message()
      let id = message.id.conversation
      let known = try views[id] ?? view(of: id, for: viewer)
      guard let view = known else { return true }
      views[id] = view
      guard view.visibility.contains(message.id.sequence) else { return true }
      hasMore = found.count == max(1, limit)
      if !hasMore, let resolved = try resolve(message, in: view) { found.append(resolved) }
      return !hasMore
    }
    return Page(items: found, hasMore: hasMore)
  }

  private static let filterQuery = """
    SELECT \(Columns.message)
    FROM chat_participants own
    JOIN chat_messages m ON m.conversation_id = own.conversation_id
    JOIN chat_participants p ON p.participant_id = m.sender_id
    WHERE own.user_id = ? AND own.is_active = 1
      AND NOT EXISTS (SELECT 1 FROM hidden_messages h
        WHERE h.conversation_id = m.conversation_id AND h.sequence = m.sequence AND h.user_id = ?)
      AND (? IS NULL OR p.user_id = ?) AND (? IS NULL OR m.message_type = ?)
      AND m.created_at >= ? AND m.created_at < ? AND (? IS NULL OR m.is_urgent = ?)
      AND (m.created_at, m.conversation_id, m.sequence) < (?, ?, ?)
    ORDER BY m.created_at DESC, m.conversation_id DESC, m.sequence DESC
    """

  func searchConversations(
    of viewer: UserID,
    text: String,
    limit: Int,
    _ inboxes: InboxCache
  ) throws -> [ConversationSummary] {
    let words = SearchWords(text).words.map(\.folded)
    guard !words.isEmpty else { return [] }
    var found: [ConversationSummary] = []
    var key: ActivityKey?
    while found.count < limit {
      let page = try conversations(of: viewer, before: key, limit: 100, inboxes)
      found += page.items.filter { $0.matches(words, of: viewer) }
      guard page.hasMore, let last = page.items.last else { break }
      key = ActivityKey(last.conversation)
    }
    return Array(found.prefix(limit))
  }
}

extension ConversationSummary {
  /// Whether each of the words begins one of what the viewer sees of the conversation in a list.
  fileprivate func matches(_ words: [String], of viewer: UserID) -> Bool {
    let others = participants.filter { $0.isActive && $0.userID != viewer }
    let texts = [conversation.title, lastMessage?.content] + others.map(\.displayName)
    let there = texts.compactMap(\.self).flatMap { SearchWords($0).words.map(\.folded) }
    return words.allSatisfy { word in there.contains { $0.hasPrefix(word) } }
  }
}
