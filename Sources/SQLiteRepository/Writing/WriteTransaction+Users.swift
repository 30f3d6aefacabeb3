import ChatModel
import ChatRepository
import GRDB

extension WriteTransaction {
  func putUser(_ intent: PutUser) throws -> User {
    let present = try user(intent.id)
    var user =
      present
      ?? User(
        id: intent.id,
        displayName: intent.displayName,
        role: intent.role,
        isActive: intent.isActive,
        createdAt: intent.now,
        updatedAt: intent.now
      )
    user.displayName = intent.displayName
    user.role = intent.role
    user.isActive = intent.isActive
    return try write(user, over: present, at: intent.now)
  }

  func deactivateUser(_ intent: DeactivateUser) throws -> User {
    guard let present = try user(intent.id) else { throw ChatError.notFound(.user) }
    var user = present
    user.isActive = false
    return try write(user, over: present, at: intent.now)
  }

  private func write(_ changed: User, over present: User?, at time: Timestamp) throws -> User {
    if let present, changed == present { return present }
    var user = changed
    user.updatedAt = max(time, user.createdAt)
    try db.run(
      """
      INSERT INTO users (user_id, display_name, role, is_active, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (user_id) DO UPDATE SET display_name = excluded.display_name,
        role = excluded.role, is_active = excluded.is_active, updated_at = excluded.updated_at
      """,
      [
        user.id.rawValue, user.displayName, user.role.rawValue, user.isActive,
        user.createdAt.milliseconds, user.updatedAt.milliseconds,
      ]
    )
    try forgetConversations()
    put(user)
    return user
  }
}
