public import ChatModel
public import ChatRepository

/// Who is calling, proven.
public struct Principal: Sendable, Hashable {
  public let userID: UserID
  public let role: Role
  public let displayName: String
  /// From then on the proof is not valid any more.
  public let expiresAt: Timestamp
  /// The service that makes the call in the user's name, if one does. The proof is the service's.
  public let actingService: UserID?
  /// nil when something else than a token is the proof, such as a certificate.
  public let credential: Credential?
  /// What a service may do in the names of users. Nothing for anybody else.
  public let actingRights: ActingRights
  /// The way of this one call into the audit, if it is recorded there.
  public var audit: AuditEntry?

  public init(
    userID: UserID,
    role: Role,
    displayName: String,
    expiresAt: Timestamp,
    actingService: UserID? = nil,
    credential: Credential? = nil,
    actingRights: ActingRights = []
  ) {
    self.userID = userID
    self.role = role
    self.displayName = displayName
    self.expiresAt = expiresAt
    self.actingService = actingService
    self.credential = credential
    self.actingRights = actingRights
  }

  /// Whose proof it is: the service's, if one acts for the user.
  public var proven: UserID { actingService ?? userID }

  /// A user as this service acts for him.
  func acting(for user: User) -> Principal {
    Principal(
      userID: user.id,
      role: user.role,
      displayName: user.displayName,
      expiresAt: expiresAt,
      actingService: userID,
      credential: credential
    )
  }
}
