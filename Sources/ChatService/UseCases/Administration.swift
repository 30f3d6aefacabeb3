public import ChatModel
public import ChatRepository

/// The server as those see it who run it. Nothing here shows what was said.
public struct Administration: Sendable {
  private let repository: any ChatRepository
  private let hub: EventHub
  private let now: @Sendable () -> Timestamp

  init(
    _ repository: any ChatRepository,
    _ hub: EventHub,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.repository = repository
    self.hub = hub
    self.now = now
  }

  /// How much there is of everything, and how many subscriptions are open.
  public func statistics(
    _ caller: Principal
  ) async throws(ChatError) -> (storage: StorageStatistics, subscriptionCount: Int) {
    try Policy.demand(.statistics, caller)
    return (try await repository.statistics(), hub.subscriptionCount)
  }

  /// All users by identifier, those who were deactivated too.
  public func users(
    role: Role?,
    after: UserID?,
    limit: Int,
    _ caller: Principal
  ) async throws(ChatError) -> Page<User> {
    try Policy.demand(.listEverybody, caller)
    return try await repository.everybody(role: role, after: after, limit: limit)
  }

  /// All conversations by identifier, or those of one user, without anything that was said in them.
  public func conversations(
    _ filter: OverviewFilter,
    after: ConversationID?,
    limit: Int,
    _ caller: Principal
  ) async throws(ChatError) -> Page<AdministeredConversation> {
    try Policy.demand(.listAllConversations, caller)
    return try await repository.conversationOverviews(filter, after: after, limit: limit)
  }

  /// Makes a backup while everything goes on, or tells of the one that was made under the key.
  ///
  /// - Throws: `failedPrecondition(.backupRunning)`, `alreadyExists` for a key that was used for
  ///   something else, or what storage fails with.
  public func backup(
    key: IdempotencyKey? = nil,
    _ caller: Principal
  ) async throws(ChatError) -> BackupReport {
    try Policy.demand(.makeBackup, caller)
    let context = caller.context(of: .makeBackup, key, now: now())
    guard key != nil else { return try await repository.makeBackup(at: context.now) }
    if let made = try await recorded(context) { return made }
    let made = try await repository.makeBackup(at: context.now)
    return try await repository.write(RecordBackup(made), context)
  }

  /// The backup that was made under the key. It is long in the making, so it is no change of the
  /// transaction that keeps its answer: a server that is killed in between makes another one.
  private func recorded(_ context: WriteContext) async throws(ChatError) -> BackupReport? {
    let notYet = ChatError.failedPrecondition(.backupRunning)
    var context = context
    context.refusal = notYet
    do {
      return try await repository.write(RecordBackup(.none), context)
    } catch {
      if error == notYet { return nil }
      throw error
    }
  }
}
