import ChatModel
import ChatRepository

/// Who is calling.
public struct Sessions: Sendable {
  let repository: any ChatRepository
  let directory: UserDirectory
  private let tokens: any TokenVerifying
  let revocations = Revocations()
  private let limits: ChatLimits
  let now: @Sendable () -> Timestamp

  init(
    _ repository: any ChatRepository,
    _ directory: UserDirectory,
    tokens: any TokenVerifying,
    limits: ChatLimits,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.repository = repository
    self.directory = directory
    self.tokens = tokens
    self.limits = limits
    self.now = now
  }

  /// The principal of a valid token whose user is known. Does not wait; nil means `authenticate`.
  public func remembered(_ token: String) -> Principal? {
    guard let principal = try? tokens.verify(token), isCurrent(principal),
      let user = directory.remembered(principal.userID), user.isActive,
      user.role == principal.role
    else { return nil }
    return principal
  }

  /// Whether a principal that was authenticated before still counts.
  public func isCurrent(_ principal: Principal) -> Bool {
    guard principal.expiresAt > now(), !revocations.cover(principal),
      directory.remembered(principal.userID)?.isActive != false
    else { return false }
    guard let service = principal.actingService else { return true }
    return directory.remembered(service)?.isActive != false
  }

  /// Verifies a token and makes its user known to the chat: whoever holds a valid token takes part,
  /// without having been entered first. A user who was deactivated stays out.
  public func authenticate(_ token: String) async throws(AuthenticationError) -> Principal {
    let principal = try tokens.verify(token)
    if revocations.cover(principal) {
      throw AuthenticationError("the token has been revoked: get a new one")
    }
    return try await admit(principal)
  }

  /// Makes the user of somebody proven known to the chat.
  public func admit(_ principal: Principal) async throws(AuthenticationError) -> Principal {
    let user: User?
    do {
      user = try await directory.user(principal.userID)
    } catch {
      throw AuthenticationError("who you are could not be looked up; try again")
    }
    if let user {
      if !user.isActive { throw .deactivated }
      if user.role == principal.role { return principal }
    }
    guard principal.credential?.entersUsers ?? true else { throw .outdated }
    try await enter(principal)
    return principal
  }

  /// Creates the user of a token, or gives them the role that the issuer of tokens now says.
  private func enter(_ principal: Principal) async throws(AuthenticationError) {
    let id = principal.userID
    var name = principal.displayName
    if (try? limits.validate(displayName: name)) == nil { name = id.rawValue }
    let user: User
    do {
      let intent = EnterUser(id: id, displayName: name, role: principal.role)
      user = try await repository.write(intent, WriteContext(actor: id, now: now()))
    } catch {
      throw AuthenticationError("the user could not be entered; try again")
    }
    await directory.renew(user)
    // He may have been deactivated since he was looked up.
    let present = directory.remembered(id) ?? user
    if !present.isActive { throw .deactivated }
  }
}

extension AuthenticationError {
  fileprivate static var deactivated: Self { Self("this user has been deactivated") }
  fileprivate static var outdated: Self {
    Self("what this user may do has changed: sign in again")
  }
}
