import ChatModel

extension Sessions {
  /// The user in whose name a service makes a call, with the service beside.
  ///
  /// Each call is decided anew, so one connection carries the calls of any number of users.
  ///
  /// - Parameter user: what the call says, not checked yet.
  /// - Returns: nil when it takes a look into storage: call the form that waits.
  public func remembered(
    _ user: String,
    for service: Principal,
    _ operation: Operation
  ) throws(ActingError) -> Principal? {
    guard let user = directory.remembered(try demandRight(user, service, operation)) else {
      return nil
    }
    return try acting(service, for: user)
  }

  /// The same, for a user of whom nothing is remembered.
  public func lookUp(
    _ user: String,
    for service: Principal,
    _ operation: Operation
  ) async throws(ActingError) -> Principal {
    let id = try demandRight(user, service, operation)
    let user: User?
    do {
      user = try await directory.user(id)
    } catch {
      throw .unavailable
    }
    guard let user else { throw .unknownUser }
    return try acting(service, for: user)
  }

  private func demandRight(
    _ user: String,
    _ service: Principal,
    _ operation: Operation
  ) throws(ActingError) -> UserID {
    guard service.role == .service else { throw .notAService }
    guard let needed = Policy.acting[operation] else { throw .notForOthers }
    guard !service.actingRights.isEmpty, service.actingRights.isSuperset(of: needed) else {
      throw .missingRight(needed)
    }
    guard let id = UserID(user) else { throw .malformedUser }
    return id
  }

  private func acting(_ service: Principal, for user: User) throws(ActingError) -> Principal {
    guard user.isActive else { throw .unknownUser }
    guard user.role != .admin, user.role != .service else { throw .protectedUser }
    return service.acting(for: user)
  }
}
