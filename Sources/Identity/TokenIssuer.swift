public import ChatModel

/// Issues tokens of a development server, for its sample users.
public struct TokenIssuer: Sendable {
  /// Twelve hours: a working day, whatever its length.
  public static let lifetimeSecondsDefault: Int64 = 12 * 60 * 60

  private let key: DevelopmentKey
  private let audience: String
  private let now: @Sendable () -> Timestamp

  public init(key: DevelopmentKey, audience: String, now: @escaping @Sendable () -> Timestamp) {
    self.key = key
    self.audience = audience
    self.now = now
  }

  /// A token for `user`, valid from now on. Throws what JWTKit throws if it cannot sign.
  public func token(
    for user: UserID,
    role: Role,
    displayName: String? = nil,
    scope: String? = nil,
    lifetimeSeconds: Int64 = lifetimeSecondsDefault
  ) async throws -> String {
    let issuedAt = now().milliseconds / 1000
    return try await key.sign(
      TokenClaims(
        sub: user.rawValue,
        role: role.rawValue,
        aud: Audience(audience),
        exp: Double(issuedAt + lifetimeSeconds),
        iat: Double(issuedAt),
        name: displayName,
        scope: scope
      )
    )
  }
}
