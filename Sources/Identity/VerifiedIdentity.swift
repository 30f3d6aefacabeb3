public import ChatModel

/// Who a token speaks for, once it was verified.
public struct VerifiedIdentity: Hashable, Sendable {
  public let userID: UserID
  public let role: Role
  /// The name under which to show the user, if the token brings one.
  public let displayName: String?
  /// The token's expiry. What it opened, a stream or a connection, ends then too.
  public let expiresAt: Timestamp
  /// What tells the token from all others of this user: `id:` and its `jti`, or for one without a
  /// `jti` `sha256:` and the hash of what was signed.
  public let tokenID: String
  /// The token's `iat`, if it has one.
  public let issuedAt: Timestamp?
  /// The token's `scope`: words separated by blanks.
  public let scope: String
  /// This server has issued the token to itself. It says what the chat knew then of the user, and
  /// nothing that would be new to it.
  public var isOfThisServer = false

  public init(
    userID: UserID,
    role: Role,
    displayName: String?,
    expiresAt: Timestamp,
    tokenID: String,
    issuedAt: Timestamp? = nil,
    scope: String = ""
  ) {
    self.userID = userID
    self.role = role
    self.displayName = displayName
    self.expiresAt = expiresAt
    self.tokenID = tokenID
    self.issuedAt = issuedAt
    self.scope = scope
  }
}
