public import ChatModel

/// The wish that one token counts no more, of the service that acts if one does, else of the actor.
public struct RevokeToken: WriteIntent {
  public static let operation = "Session/Revoke"

  /// What tells the token from all others of its user.
  public var tokenID: String
  /// Whose token it is.
  public var user: UserID
  /// When it would have expired.
  public var expiresAt: Timestamp

  public init(tokenID: String, user: UserID, expiresAt: Timestamp) {
    self.tokenID = tokenID
    self.user = user
    self.expiresAt = expiresAt
  }

  public func apply(to transaction: some ChatTransaction) throws -> Revoked {
    try transaction.revokeToken(self)
  }
}

/// The wish that no token of a user that was issued until now counts any more.
///
/// Fails with `notFound(.user)` if there is none.
public struct RevokeTokens: WriteIntent {
  public static let operation = "Users/RevokeTokens"

  public var user: UserID

  public init(user: UserID) {
    self.user = user
  }

  public static func subject(of outcome: Revoked) -> String? { outcome.user.description }

  public func apply(to transaction: some ChatTransaction) throws -> Revoked {
    try transaction.revokeTokens(self)
  }
}

/// Tokens count no more.
public struct Revoked: Hashable, Sendable, Codable {
  public var user: UserID
  /// Since when, and up to which time of issue where it is about all tokens of a user.
  public var revokedAt: Timestamp

  public init(user: UserID, revokedAt: Timestamp) {
    self.user = user
    self.revokedAt = revokedAt
  }
}
