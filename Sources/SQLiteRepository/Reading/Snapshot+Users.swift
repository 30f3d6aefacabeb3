import ChatModel
import ChatRepository
import GRDB

extension Snapshot {
  func users(roles: Set<Role>, after: UserID?, limit: Int) throws -> Page<User> {
    let limit = max(1, limit)
    // Role by role, each by the index, and no more of any than the page can hold: a role with many
    // users does not make a page of another one slow.
    let found = try roles.flatMap { role in
      try db.all(
        """
        SELECT \(Columns.user) FROM users u
        WHERE u.is_active = 1 AND u.role = ? AND u.user_id > ? ORDER BY u.user_id LIMIT ?
        """,
        [role.rawValue, after?.rawValue ?? "", limit + 1]
      ) { try $0.user() }
    }
    let users = found.sorted { $0.id < $1.id }
    return Page(items: Array(users.prefix(limit)), hasMore: users.count > limit)
  }
}
