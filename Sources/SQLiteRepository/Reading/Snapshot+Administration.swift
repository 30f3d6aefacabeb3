import ChatModel
import ChatRepository
import GRDB

extension Snapshot {
  func statistics(writeAheadLogBytes: Int64) throws -> StorageStatistics {
    // Messages have no holes in their numbers: the last number of each conversation counts them.
    let messages = try db.first("SELECT ifnull(sum(last_sequence), 0) FROM chat_conversations", [])
    {
      try $0.int64()
    }
    let assignments = try db.first(
      "SELECT count(*) FROM care_assignments WHERE ended_at IS NULL",
      []
    ) { try $0.int() }
    let pages = try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0
    let pageBytes = try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0
    return StorageStatistics(
      users: try counts("SELECT role, count(*), sum(is_active) FROM users GROUP BY role"),
      conversations: try counts(
        "SELECT type, count(*), sum(is_active) FROM chat_conversations GROUP BY type"
      ),
      messageCount: messages ?? 0,
      assignmentCount: assignments ?? 0,
      head: try logHead(),
      databaseBytes: pages * pageBytes,
      writeAheadLogBytes: writeAheadLogBytes
    )
  }

  private func counts<Kind: RawRepresentable & Hashable & Sendable>(
    _ sql: String
  ) throws -> [StorageStatistics.Count<Kind>] where Kind.RawValue == String {
    try db.all(sql, []) { row in
      try StorageStatistics.Count(kind: row.value(), total: row.int(), active: row.int())
    }
  }

  /// All users, those who were deactivated too, under their own names.
  func everybody(role: Role?, after: UserID?, limit: Int) throws -> Page<User> {
    let limit = max(1, limit)
    let found = try db.all(
      """
      SELECT \(Columns.user) FROM users u
      WHERE u.user_id > ?1 AND (?2 IS NULL OR u.role = ?2) ORDER BY u.user_id LIMIT ?3
      """,
      [after?.rawValue ?? "", role?.rawValue, limit + 1]
    ) { try $0.user() }
    return Page(items: Array(found.prefix(limit)), hasMore: found.count > limit)
  }

  func conversationOverviews(
    _ filter: OverviewFilter,
    after: ConversationID?,
    limit: Int
  ) throws -> Page<AdministeredConversation> {
    let limit = max(1, limit)
    let found = try db.all(
      """
      SELECT \(Columns.conversation) FROM chat_conversations c
      WHERE c.conversation_id > ?1 AND (?2 IS NULL OR c.type = ?2)
        AND (?3 IS NULL OR c.conversation_id IN (
          SELECT conversation_id FROM chat_participants WHERE user_id = ?3 AND is_active = 1))
      ORDER BY c.conversation_id LIMIT ?4
      """,
      [after?.rawValue ?? 0, filter.type?.rawValue, filter.participant?.rawValue, limit + 1]
    ) { try $0.conversation() }
    let overviews = try found.prefix(limit).map { try overview(of: $0) }
    return Page(items: overviews, hasMore: found.count > limit)
  }

  private func overview(of conversation: Conversation) throws -> AdministeredConversation {
    let users = try db.all(
      """
      SELECT user_id FROM chat_participants WHERE conversation_id = ? AND is_active = 1
      ORDER BY participant_id LIMIT ?
      """,
      [conversation.id.rawValue, AdministeredConversation.usersMax]
    ) { try $0.userID() }
    let count = try db.first(
      "SELECT count(*) FROM chat_participants WHERE conversation_id = ? AND is_active = 1",
      [conversation.id.rawValue]
    ) { try $0.int() }
    return AdministeredConversation(
      conversation: conversation,
      participantCount: count ?? users.count,
      users: users
    )
  }
}
