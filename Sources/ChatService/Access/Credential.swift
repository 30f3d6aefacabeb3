public import ChatModel

/// The token that proved who is calling, as far as it may be revoked.
public struct Credential: Sendable, Hashable {
  /// What tells it from all other tokens of its user.
  public let tokenID: String
  /// When it was issued; nil for one that does not say, which counts as older than any revocation.
  public let issuedAt: Timestamp?
  /// Whether its issuer says who the users of the chat are and which role each has. One that the
  /// server issued to itself follows what the chat knows.
  public let entersUsers: Bool

  public init(tokenID: String, issuedAt: Timestamp?, entersUsers: Bool = true) {
    self.tokenID = tokenID
    self.issuedAt = issuedAt
    self.entersUsers = entersUsers
  }
}
