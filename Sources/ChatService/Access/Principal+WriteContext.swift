import ChatModel
import ChatRepository

extension Principal {
  /// What stands around a write of this caller.
  func context(
    of operation: Operation,
    _ key: IdempotencyKey?,
    now: Timestamp
  ) -> WriteContext {
    let administrators = Policy.rules[operation]?.administrators ?? []
    return WriteContext(
      actor: userID,
      service: actingService,
      isAdministrator: administrators.contains(role),
      key: key,
      now: now,
      audit: audit
    )
  }
}
