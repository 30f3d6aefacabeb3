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
    limit: Int,
    _ inboxes: InboxCache
  ) throws -> Page<ConversationSummary> {
    let limit = max(1, limit)
    let rows = try inbox(of: viewer, inboxes).rows(before: before)
    let summaries = try rows.prefix(limit).compactMap { row in
      try conversation(row.conversation, for: viewer)
    }
    return Page(items: summaries, hasMore: rows.count > limit)
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

  func unreadCounts(of user: UserID, _ inboxes: InboxCache) throws -> UnreadCounts {
    let inbox = try inbox(of: user, inboxes)
    var counts: [ConversationID: Int] = [:]
    for row in inbox.rows where row.unreadCount > 0 { counts[row.conversation] = row.unreadCount }
    return UnreadCounts(total: inbox.unreadTotal, byConversation: counts)
  }

  func unreadTotal(of user: UserID, _ inboxes: InboxCache) throws -> Int {
    try inbox(of: user, inboxes).unreadTotal
  }
}
