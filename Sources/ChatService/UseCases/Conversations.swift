public import ChatModel
public import ChatRepository

/// Who talks with whom.
public struct Conversations: Sendable {
  let repository: any ChatRepository
  private let directory: UserDirectory
  let limits: ChatLimits
  let now: @Sendable () -> Timestamp

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
    key: IdempotencyKey? = nil,
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
    return try await repository.write(
      CreateConversation(creator: creator, other: partner),
      caller.context(of: .createConversation, key, now: now())
    )
  }

  /// A group or a broadcast of the caller's.
  ///
  /// - Throws: `permissionDenied` for a kind that the caller may not begin, `notFound(.user)` for
  ///   anyone whom the caller may not write to, `invalidArgument`.
  public func create(
    _ type: ConversationType,
    title: String?,
    others: [UserID],
    history: HistoryVisibility,
    key: IdempotencyKey?,
    _ caller: Principal
  ) async throws(ChatError) -> CreatedConversation {
    try Policy.demand(.createConversation, caller)
    guard Policy.creators[type]?.contains(caller.role) ?? false else { throw .permissionDenied }
    if let title { try limits.validate(title: title) }
    try limits.validate(participants: others, field: "participant_ids")
    try await demandContacts(others, of: caller)
    let intent = CreateConversation(
      type: type,
      creator: caller.userID,
      others: others,
      title: title,
      history: history
    )
    return try await repository.write(
      intent,
      caller.context(of: .createConversation, key, now: now())
    )
  }

  /// Who is not active any more is refused where the key is: a repetition gets its first answer.
  ///
  /// - Throws: `notFound(.user)` for anyone whom the caller may not write to.
  func demandContacts(_ users: [UserID], of caller: Principal) async throws(ChatError) {
    for id in users where id != caller.userID {
      guard let user = try await directory.user(id), Policy.mayConverse(caller.role, user.role)
      else { throw .notFound(.user) }
    }
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

  /// The caller's conversations in which each word of the text begins a word of the title, of the
  /// name of another participant or of the last message.
  ///
  /// - Throws: `invalidArgument` for a text without a word, or one that is too long.
  public func search(
    _ text: String,
    limit: Int,
    _ caller: Principal
  ) async throws(ChatError) -> [ConversationSummary] {
    try Policy.demand(.searchConversations, caller)
    try limits.validate(query: text)
    return try await repository.searchConversations(of: caller.userID, text: text, limit: limit)
  }
}
