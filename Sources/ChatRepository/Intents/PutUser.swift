public import ChatModel

/// The wish that a user exists with this name, role and state. Asking again changes nothing.
///
/// Who is made inactive takes no further part in anything but his direct conversations, to which
/// nobody can write any more. His history stays, under `User.tombstoneName`.
public struct PutUser: WriteIntent {
  public static let operation = "Users/Put"

  public var id: UserID
  /// Already checked against `ChatLimits`.
  public var displayName: String
  public var role: Role
  /// False for a user who takes no part, or no further part.
  public var isActive: Bool

  public init(
    id: UserID,
    displayName: String,
    role: Role,
    isActive: Bool = true
  ) {
    self.id = id
    self.displayName = displayName
    self.role = role
    self.isActive = isActive
  }

  public static func subject(of outcome: User) -> String? {
    outcome.id.description
  }

  public func apply(to transaction: some ChatTransaction) throws -> User {
    try transaction.putUser(self)
  }
}
