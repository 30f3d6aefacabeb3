import ChatModel
import ChatRepository
import GRDB

extension WriteTransaction {
  func revokeToken(_ intent: RevokeToken) throws -> Revoked {
    // What has expired meanwhile is refused without being looked for here.
    try db.run(
      "DELETE FROM revoked_tokens WHERE user_id = ? AND expires_at < ?",
      [intent.user.rawValue, context.now.milliseconds]
    )
    try db.run(
      """
      INSERT INTO revoked_tokens (user_id, token_id, expires_at, revoked_at) VALUES (?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """,
      [
        intent.user.rawValue, intent.tokenID, intent.expiresAt.milliseconds,
        context.now.milliseconds,
      ]
    )
    return Revoked(user: intent.user, revokedAt: context.now)
  }

  func revokeTokens(_ intent: RevokeTokens) throws -> Revoked {
    guard try user(intent.user) != nil else { throw ChatError.notFound(.user) }
    // A clock that was set back must not give tokens back.
    try db.run(
      """
      INSERT INTO revoked_users (user_id, issued_until, revoked_at) VALUES (?, ?, ?)
      ON CONFLICT (user_id) DO UPDATE SET
        issued_until = max(issued_until, excluded.issued_until), revoked_at = excluded.revoked_at
      """,
      [intent.user.rawValue, context.now.milliseconds, context.now.milliseconds]
    )
    return Revoked(user: intent.user, revokedAt: context.now)
  }
}
