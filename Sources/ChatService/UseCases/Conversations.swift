public import ChatModel
public import ChatRepository

/// Who talks with whom.
public struct Conversations: Sendable {
  private let repository: any ChatRepository
  private let directory: UserDirectory
  private let now: @Sendable () -> Timestamp

  init(
    _ repository: any ChatRepository,
    _ directory: UserDirectory,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.repository = repository
    self.directory = directory
    self.now = now
  }

  /// The direct conversation of two users, made if they have none.
  ///
  /// The caller is one of them; admins and services may ask for others, in whose name the first
  /// one then creates it.
  ///
  /// - Throws: `notFound(.user)` when one does not exist, is not active, or may not talk to the
  ///   other; `invalidArgument` when they are one.
  public func create(
    _ one: UserID,
    _ other: UserID,
    _ caller: Principal
  ) async throws(ChatError) -> CreatedConversation {
    try Policy.demand(.createConversation, caller)
    let isParty = caller.userID == one || caller.userID == other
    let mayActForOthers = Policy.allows(.putUser, caller.role)
    guard isParty || mayActForOthers else { throw .notFound(.user) }
    let creator = isParty ? caller.userID : one
    let partner = creator == one ? other : one
    guard let first = try await directory.user(creator),
      let second = try await directory.user(partner),
      Policy.mayConverse(first.role, second.role)
    else { throw .notFound(.user) }
    return try await repository.createConversation(
      CreateConversation(creator: creator, other: partner, now: now())
    )
  }

  /// A conversation that the caller takes part in.
  ///
  /// - Throws: `notFound(.conversation)` for every other.
  public func get(
    _ id: ConversationID,
    _ caller: Principal
  ) async throws(ChatError) -> ConversationSummary {
    try Policy.demand(.getConversation, caller)
    guard let summary = try await repository.conversation(id, for: caller.userID) else {
      throw .notFound(.conversation)
    }
    return summary
  }

  /// The caller's conversations by last activity, the newest first, and their unread total.
  public func list(
    before: ActivityKey?,
    limit: Int,
    _ caller: Principal
  ) async throws(ChatError) -> (page: Page<ConversationSummary>, unreadTotal: Int) {
    try Policy.demand(.listConversations, caller)
    let page = try await repository.conversations(of: caller.userID, before: before, limit: limit)
    let unread = try await repository.unreadCounts(of: caller.userID)
    return (page, unread.total)
  }
}
