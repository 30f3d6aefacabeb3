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

  /// A user that the caller may write to, or the caller.
  ///
  /// - Throws: `notFound(.user)` for everybody else.
  public func get(_ id: UserID, _ caller: Principal) async throws(ChatError) -> User {
    try Policy.demand(.getUser, caller)
    guard let user = try await directory.user(id),
      user.id == caller.userID || Policy.mayConverse(caller.role, user.role)
    else { throw .notFound(.user) }
    return user
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
    let reachable = Policy.contacts[caller.role] ?? []
    if let role, !reachable.contains(role) { return Page(items: [], hasMore: false) }
    var found: [User] = []
    var after = after
    // The repository filters by one role at most; what it gives beyond is passed over here.
    while true {
      let page = try await repository.users(role: role, after: after, limit: limits.pageRowsMax)
      for user in page.items where user.isActive && reachable.contains(user.role) {
        if user.id == caller.userID { continue }
        if found.count == limit { return Page(items: found, hasMore: true) }
        found.append(user)
      }
      guard page.hasMore, let last = page.items.last else {
        return Page(items: found, hasMore: false)
      }
      after = last.id
    }
  }

  /// Creates a user, or changes name, role and state of one.
  public func put(
    _ id: UserID,
    displayName: String,
    role: Role,
    isActive: Bool,
    _ caller: Principal
  ) async throws(ChatError) -> User {
    try Policy.demand(.putUser, caller)
    try limits.validate(displayName: displayName)
    let user = try await repository.putUser(
      PutUser(id: id, displayName: displayName, role: role, isActive: isActive, now: now())
    )
    directory.remember(user)
    return user
  }
}
