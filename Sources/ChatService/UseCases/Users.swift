public import ChatModel
public import ChatRepository

/// The people of the clinic.
public struct Users: Sendable {
  private let repository: any ChatRepository
  private let directory: UserDirectory
  private let limits: ChatLimits
  private let now: @Sendable () -> Timestamp

  init(
    _ repository: any ChatRepository,
    _ directory: UserDirectory,
    limits: ChatLimits,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.repository = repository
    self.directory = directory
    self.limits = limits
    self.now = now
  }

  /// A user that the caller may write to, or the caller. Who was deactivated has no name any more but
  /// to those who can enter him again.
  ///
  /// - Throws: `notFound(.user)` for everybody else.
  public func get(_ id: UserID, _ caller: Principal) async throws(ChatError) -> User {
    try Policy.demand(.getUser, caller)
    guard let user = try await directory.user(id),
      user.id == caller.userID || Policy.mayConverse(caller.role, user.role)
    else { throw .notFound(.user) }
    if user.isActive || Policy.allows(.putUser, caller.role) { return user }
    var former = user
    former.displayName = User.tombstoneName
    return former
  }

  /// The users that the caller may write to, by identifier.
  ///
  /// - Parameter limit: 1 to `ChatLimits.pageRowsMax`.
  public func list(
    role: Role?,
    after: UserID?,
    limit: Int,
    _ caller: Principal
  ) async throws(ChatError) -> Page<User> {
    try Policy.demand(.listUsers, caller)
    var roles = Policy.contacts[caller.role] ?? []
    if let role { roles.formIntersection([role]) }
    // One more than asked for, since the caller, who may be among them, is left out.
    let page = try await repository.users(roles: roles, after: after, limit: limit + 1)
    let others = page.items.filter { $0.id != caller.userID }
    return Page(
      items: Array(others.prefix(limit)),
      hasMore: others.count > limit || (page.hasMore && others.count == limit)
    )
  }

  /// Creates a user, or changes name, role and state of one.
  ///
  /// - Throws: `invalidArgument` for a name that is none, `permissionDenied` for somebody of a role
  ///   over whom the caller does not decide, `alreadyExists` if the key was used for something else.
  public func put(
    _ id: UserID,
    displayName: String,
    role: Role,
    isActive: Bool,
    key: IdempotencyKey? = nil,
    _ caller: Principal
  ) async throws(ChatError) -> User {
    try Policy.demand(.putUser, caller)
    try limits.validate(displayName: displayName)
    var context = caller.context(of: .putUser, key, now: now())
    let present = try await directory.user(id)?.role
    if !Set([role, present ?? role]).isSubset(of: Policy.directory[caller.role] ?? []) {
      guard key != nil else { throw .permissionDenied }
      context.refusal = .permissionDenied
    }
    let user = try await repository.write(
      PutUser(id: id, displayName: displayName, role: role, isActive: isActive),
      context
    )
    await directory.renew(user)
    return user
  }
}
