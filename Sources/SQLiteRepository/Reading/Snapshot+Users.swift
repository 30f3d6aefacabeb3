import ChatModel
import ChatRepository
import GRDB

extension Snapshot {
  func users(role: Role?, after: UserID?, limit: Int) throws -> Page<User> {
    let limit = max(1, limit)
    var users = try db.all(
      """
      SELECT \(Columns.user) FROM users u
      WHERE u.user_id > ? AND (?2 IS NULL OR u.role = ?2) ORDER BY u.user_id LIMIT ?
      """,
      [after?.rawValue ?? "", role?.rawValue, limit + 1]
    ) { try $0.user() }
    let hasMore = users.count > limit
    if hasMore { users.removeLast() }
    return Page(items: users, hasMore: hasMore)
  }
}
