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
        createdAt: context.now,
        updatedAt: context.now
      )
    user.displayName = intent.displayName
    user.role = intent.role
    user.isActive = intent.isActive
    let isLeaving = present?.isActive == true && !user.isActive
    if isLeaving {
      try endCare(of: user.id, .deactivated)
      try leaveEverything(user.id)
    } else if let present, present.role != user.role {
      try endCare(of: user.id, .removed)
    }
    return try write(user, over: present, at: context.now)
  }

  func enterUser(_ intent: EnterUser) throws -> User {
    let present = try user(intent.id)
    if let present, !present.isActive { return present }
    return try putUser(
      PutUser(
        id: intent.id,
        displayName: present?.displayName ?? intent.displayName,
        role: intent.role
      )
    )
  }

  /// Direct conversations stay: there is nobody else in them, and nobody can write to who is gone.
  /// So does what is a patient's own.
  private func leaveEverything(_ user: UserID) throws {
    let conversations = try db.all(
      """
      SELECT p.conversation_id
      FROM chat_participants p JOIN chat_conversations c USING (conversation_id)
      WHERE p.user_id = ? AND p.is_active = 1 AND c.type <> 'direct'
        AND NOT (c.type = 'support' AND c.user_id IS p.user_id) ORDER BY 1
      """,
      [user.rawValue]
    ) { try $0.conversationID() }
    for id in conversations {
      guard let open = try conversation(id) else { throw DamagedRow() }
      try leave(user, open, .deactivated)
    }
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
