import ChatModel
import ChatRepository
import GRDB

extension Snapshot {
  func storedPresences(of users: [UserID]) throws -> [UserID: StoredPresence] {
    var found: [UserID: StoredPresence] = [:]
    // Identifiers have no character that JSON writes in another way.
    let list = "[" + users.map { "\"\($0.rawValue)\"" }.joined(separator: ",") + "]"
    try db.each(
      """
      SELECT p.user_id, p.status, p.status_text, p.status_ends_at, p.last_seen_at
      FROM presences p JOIN users u USING (user_id)
      WHERE p.user_id IN (SELECT value FROM json_each(?)) AND u.is_active = 1
      """,
      [list]
    ) { row in
      let user = try row.userID()
      let note = try StatusNote(
        row.value(),
        text: row.string(),
        endsAt: row.optionalTimestamp()
      )
      found[user] = StoredPresence(note: note, lastSeenAt: try row.optionalTimestamp())
      return true
    }
    return found
  }

  func neighbors(of user: UserID, limit: Int) throws -> [UserID] {
    try db.all(
      """
      SELECT DISTINCT other.user_id
      FROM chat_participants own
        JOIN chat_conversations c ON c.conversation_id = own.conversation_id
        JOIN chat_participants other ON other.conversation_id = own.conversation_id
      WHERE own.user_id = ?1 AND own.is_active = 1 AND c.is_active = 1 AND c.type <> 'broadcast'
        AND other.is_active = 1 AND other.user_id <> ?1
      ORDER BY other.user_id LIMIT ?2
      """,
      [user.rawValue, limit]
    ) { try $0.userID() }
  }

  func circle(of id: ConversationID, membersMax: Int) throws -> Circle? {
    let circle = try db.first(
      "SELECT is_active, type FROM chat_conversations WHERE conversation_id = ?",
      [id.rawValue]
    ) { try Circle(isOpen: $0.bool(), type: $0.value(), members: nil) }
    guard var circle else { return nil }
    let members = try db.all(
      "SELECT user_id FROM chat_participants WHERE conversation_id = ? AND is_active = 1 LIMIT ?",
      [id.rawValue, membersMax + 1]
    ) { try $0.userID() }
    if members.count <= membersMax { circle.members = Set(members) }
    return circle
  }

  func takesPart(_ user: UserID, in id: ConversationID) throws -> Bool {
    try db.first(
      """
      SELECT 1 FROM chat_participants
      WHERE conversation_id = ? AND user_id = ? AND is_active = 1
      """,
      [id.rawValue, user.rawValue]
    ) { try $0.bool() } ?? false
  }
}
