public import ChatModel
public import ChatRepository

/// The record of every call.
///
/// A call that changes something is recorded in the transaction of the change. Others are recorded by
/// a write of their own, and answered after it.
public struct AuditTrail: Sendable {
  /// When a call that changes nothing is answered.
  public enum Reads: String, Sendable, Hashable, CaseIterable {
    /// After its record is durable. When it cannot be written the call fails.
    case strict
    /// At once; its record follows soon. What a crash takes with it is not noticed.
    case relaxed
  }

  public let reads: Reads
  private let repository: any ChatRepository
  private let now: @Sendable () -> Timestamp

  init(
    _ repository: any ChatRepository,
    reads: Reads,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.repository = repository
    self.reads = reads
    self.now = now
  }

  /// Writes the record of a call, unless it has one, and tells on `executor` whether it is durable.
  ///
  /// - Parameter outcome: the name of the call's status.
  public func record(
    _ entry: AuditEntry,
    outcome: String,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<Void, ChatError>) -> Void
  ) {
    repository.record(entry, outcome: outcome, at: now(), on: executor, completion: completion)
  }

  /// Records of all calls, for administrators.
  ///
  /// - Throws: `permissionDenied` for everybody else.
  public func list(_ query: AuditQuery, _ caller: Principal) async throws(ChatError) -> AuditPage {
    try Policy.demand(.listAudit, caller)
    var query = query
    query.scope = .everybody
    return try await repository.auditRecords(query)
  }

  /// Who else has asked for what concerns the caller: calls that named the caller, or a conversation
  /// in which the caller takes part.
  ///
  /// - Parameter limit: at most so many records.
  public func accessOfCaller(
    before: Int64?,
    limit: Int,
    _ caller: Principal
  ) async throws(ChatError) -> AuditPage {
    try Policy.demand(.listAccessOfMe, caller)
    return try await repository.auditRecords(
      AuditQuery(.accessOf(caller.userID), before: before, limit: limit)
    )
  }
}
