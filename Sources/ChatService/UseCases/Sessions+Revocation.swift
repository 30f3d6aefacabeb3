public import ChatModel
import ChatRepository

extension Sessions {
  /// Goes up whenever a session may have ended before its time: as long as it stands still, a principal
  /// that was current is current until it expires.
  public var endings: Int { revocations.count &+ directory.deactivationCount }

  /// Reads what was revoked before the server started. Call it before anybody is served.
  public func restoreRevocations() async throws(ChatError) {
    let stored = try await repository.revocations(at: now())
    for token in stored.tokens {
      revocations.revoke(
        token.tokenID,
        of: token.user,
        validUntil: token.expiresAt,
        now: now()
      )
    }
    for (user, limit) in stored.issuedUntil {
      revocations.revokeTokens(of: user, issuedUntil: limit)
    }
  }

  /// The token of this call counts no more. What was opened with it ends.
  ///
  /// - Throws: `invalidArgument` when something else than a token proves who is calling.
  @discardableResult
  public func revoke(
    key: IdempotencyKey?,
    _ caller: Principal
  ) async throws(ChatError) -> Timestamp {
    try Policy.demand(.revokeToken, caller)
    guard let credential = caller.credential else {
      throw .invalidArgument(field: "authorization", message: "holds no token to revoke")
    }
    let intent = RevokeToken(
      tokenID: credential.tokenID,
      user: caller.proven,
      expiresAt: caller.expiresAt
    )
    let revoked = try await repository.write(
      intent,
      caller.context(of: .revokeToken, key, now: now())
    )
    revocations.revoke(
      credential.tokenID,
      of: caller.proven,
      validUntil: caller.expiresAt,
      now: now()
    )
    return revoked.revokedAt
  }

  /// No token of a user that was issued until now counts any more. What was opened with them ends.
  ///
  /// - Throws: `notFound(.user)`.
  @discardableResult
  public func revokeTokens(
    of user: UserID,
    key: IdempotencyKey?,
    _ caller: Principal
  ) async throws(ChatError) -> Timestamp {
    try Policy.demand(.revokeTokens, caller)
    let revoked = try await repository.write(
      RevokeTokens(user: user),
      caller.context(of: .revokeTokens, key, now: now())
    )
    revocations.revokeTokens(of: user, issuedUntil: revoked.revokedAt)
    return revoked.revokedAt
  }
}
