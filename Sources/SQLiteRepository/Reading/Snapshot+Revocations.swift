import ChatModel
import ChatRepository
import GRDB

extension Snapshot {
  func revocations(at now: Timestamp) throws -> StoredRevocations {
    let tokens = try db.all(
      "SELECT user_id, token_id, expires_at FROM revoked_tokens WHERE expires_at > ?",
      [now.milliseconds]
    ) { row in
      try StoredRevocations.Token(
        user: row.userID(),
        tokenID: row.string(),
        expiresAt: row.timestamp()
      )
    }
    let users = try db.all("SELECT user_id, issued_until FROM revoked_users", []) { row in
      (try row.userID(), try row.timestamp())
    }
    return StoredRevocations(
      tokens: tokens,
      issuedUntil: Dictionary(users) { max($0, $1) }
    )
  }
}
