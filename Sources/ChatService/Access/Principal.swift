public import ChatModel

/// Who is calling, proven.
public struct Principal: Sendable, Hashable {
  public let userID: UserID
  public let role: Role
  public let displayName: String
  /// From then on the proof is not valid any more.
  public let expiresAt: Timestamp

  public init(userID: UserID, role: Role, displayName: String, expiresAt: Timestamp) {
    self.userID = userID
    self.role = role
    self.displayName = displayName
    self.expiresAt = expiresAt
  }
}
