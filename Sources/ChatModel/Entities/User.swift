/// A person or a program that may take part in conversations.
public struct User: Hashable, Sendable {
  public var id: UserID
  public var displayName: String
  public var role: Role
  /// False once the user was deactivated: the history stays, nothing new comes.
  public var isActive: Bool
  public var createdAt: Timestamp
  public var updatedAt: Timestamp

  public init(
    id: UserID,
    displayName: String,
    role: Role,
    isActive: Bool,
    createdAt: Timestamp,
    updatedAt: Timestamp
  ) {
    self.id = id
    self.displayName = displayName
    self.role = role
    self.isActive = isActive
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}
