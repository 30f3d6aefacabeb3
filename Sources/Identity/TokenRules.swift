/// What a token must say to be meant for this server.
public struct TokenRules: Hashable, Sendable {
  /// One of the token's `aud`.
  public var audience: String
  /// The token's `iss`; nil accepts any, since the keys already say who may sign.
  public var issuer: String?
  /// By how much the clocks of issuer and server may differ, in seconds.
  public var leewaySeconds: Int64 = 30

  public init(audience: String, issuer: String? = nil) {
    self.audience = audience
    self.issuer = issuer
  }
}
