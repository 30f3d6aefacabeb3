public import ChatModel

/// Who a token speaks for, once it was verified.
public struct VerifiedIdentity: Hashable, Sendable {
  public let userID: UserID
  public let role: Role
  /// The name under which to show the user, if the token brings one.
  public let displayName: String?
  /// The token's expiry. What it opened, a stream or a connection, ends then too.
  public let expiresAt: Timestamp

  public init(userID: UserID, role: Role, displayName: String?, expiresAt: Timestamp) {
    self.userID = userID
    self.role = role
    self.displayName = displayName
    self.expiresAt = expiresAt
  }
}
