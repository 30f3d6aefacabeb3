/// A person or a program that may take part in conversations.
public struct User: Hashable, Sendable, Codable {
  public var id: UserID
  public var displayName: String
  public var role: Role
  /// False once the user was deactivated: the history stays, nothing new comes.
  public var isActive: Bool
  public var createdAt: Timestamp
  public var updatedAt: Timestamp

  /// The name under which the history of a user stands who was deactivated.
  public static let tombstoneName = "Former user"

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
