public import ChatModel

/// Every revocation that still matters.
public struct StoredRevocations: Hashable, Sendable {
  /// One token.
  public struct Token: Hashable, Sendable {
    public var user: UserID
    public var tokenID: String
    public var expiresAt: Timestamp

    public init(user: UserID, tokenID: String, expiresAt: Timestamp) {
      self.user = user
      self.tokenID = tokenID
      self.expiresAt = expiresAt
    }
  }

  public var tokens: [Token]
  /// Up to which time of issue the tokens of a user count no more.
  public var issuedUntil: [UserID: Timestamp]

  public init(tokens: [Token], issuedUntil: [UserID: Timestamp]) {
    self.tokens = tokens
    self.issuedUntil = issuedUntil
  }
}
