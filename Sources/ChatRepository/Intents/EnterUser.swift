public import ChatModel

/// The wish of somebody proven to take part, in the role that the issuer of his token says. Asking
/// again changes nothing.
///
/// It lets nobody in again: who is not active stays as he is, and that is the outcome.
public struct EnterUser: WriteIntent {
  public static let operation = "Session/Enter"

  public var id: UserID
  /// For somebody who is not known yet. Already checked against `ChatLimits`.
  public var displayName: String
  public var role: Role

  public init(id: UserID, displayName: String, role: Role) {
    self.id = id
    self.displayName = displayName
    self.role = role
  }

  public static func subject(of outcome: User) -> String? {
    outcome.id.description
  }

  public func apply(to transaction: some ChatTransaction) throws -> User {
    try transaction.enterUser(self)
  }
}
