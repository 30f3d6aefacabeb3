public import ChatModel

/// The wish that a user exists with this name, role and state. Asking again changes nothing.
public struct PutUser: Hashable, Sendable {
  public var id: UserID
  /// Already checked against `ChatLimits`.
  public var displayName: String
  public var role: Role
  /// False for a user who takes no part, or no further part.
  public var isActive: Bool
  /// The server's time.
  public var now: Timestamp

  public init(
    id: UserID,
    displayName: String,
    role: Role,
    isActive: Bool = true,
    now: Timestamp
  ) {
    self.id = id
    self.displayName = displayName
    self.role = role
    self.isActive = isActive
    self.now = now
  }
}

/// The wish that a user takes no further part. The history stays. Asking again changes nothing.
public struct DeactivateUser: Hashable, Sendable {
  public var id: UserID
  /// The server's time.
  public var now: Timestamp

  public init(id: UserID, now: Timestamp) {
    self.id = id
    self.now = now
  }
}
