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

  /// Makes a backup while everything goes on.
  ///
  /// - Throws: `failedPrecondition(.backupRunning)`, or what storage fails with.
  public func backup(_ caller: Principal) async throws(ChatError) -> BackupReport {
    try Policy.demand(.makeBackup, caller)
    return try await repository.makeBackup(at: now())
  }
}
