public import ChatModel
import Foundation

/// Issues the tokens of people who proved in another way than by a token who they are, for the
/// verifier that has the same key and the same rules.
public struct SessionTokens: Sendable {
  private let key: SessionKey
  private let rules: TokenRules
  private let lifetimeSeconds: Int64
  private let now: @Sendable () -> Timestamp

  public init(
    key: SessionKey,
    rules: TokenRules,
    lifetimeSeconds: Int64,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.key = key
    self.rules = rules
    self.lifetimeSeconds = lifetimeSeconds
    self.now = now
  }

  /// A token for somebody whom the chat knows, valid from now on. Throws what JWTKit throws if it
  /// cannot sign.
  public func token(
    for user: UserID,
    role: Role,
    displayName: String
  ) async throws -> String {
    let issuedAt = now().milliseconds / 1000
    return try await key.sign(
      TokenClaims(
        sub: user.rawValue,
        role: role.rawValue,
        aud: Audience(rules.audience),
        exp: Double(issuedAt + lifetimeSeconds),
        iss: rules.issuer,
        iat: Double(issuedAt),
        name: displayName,
        jti: UUID().uuidString
      )
    )
  }
}
