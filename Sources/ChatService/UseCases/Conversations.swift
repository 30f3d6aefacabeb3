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
  /// one then creates it. One that is there already stays as it is.
  ///
  /// - Throws: `notFound(.user)` when one does not exist, is not active, or may not talk to the
  ///   other; `failedPrecondition` when they are one.
  public func create(
    _ one: UserID,
    _ other: UserID,
    title: String? = nil,
    history: HistoryVisibility = .all,
    key: IdempotencyKey? = nil,
    _ caller: Principal
  ) async throws(ChatError) -> CreatedConversation {
    try Policy.demand(.createConversation, caller)
    if let title { try limits.validate(title: title) }
    let isParty = caller.userID == one || caller.userID == other
    let mayActForOthers = Policy.allows(.putUser, caller.role)
    guard isParty || mayActForOthers else { throw .notFound(.user) }
    let creator = isParty ? caller.userID : one
    let partner = creator == one ? other : one
    var refusal: ChatError?
    if let first = try await directory.user(creator),
      let second = try await directory.user(partner)
    {
      if !Policy.mayConverse(first.role, second.role) { refusal = .notFound(.user) }
    } else {
      refusal = .notFound(.user)
    }
    return try await write(
      CreateConversation(creator: creator, others: [partner], title: title, history: history),
      .createConversation,
      key,
      caller,
      refusal: refusal
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
    if let title { try limits.validate(title: title) }
    try limits.validate(participants: others, field: "participant_ids")
    let mayCreate = Policy.creators[type]?.contains(caller.role) ?? false
    let refusal = mayCreate ? try await refusal(of: others, to: caller) : .permissionDenied
    let intent = CreateConversation(
      type: type,
      creator: caller.userID,
      others: others,
      title: title,
      history: history
    )
    return try await write(intent, .createConversation, key, caller, refusal: refusal)
  }

  /// What stands in the way when the caller names these users: `notFound(.user)` if there is anyone
  /// whom the caller may not write to.
  ///
  /// Who is not active any more is refused where the key is.
  func refusal(
    of users: [UserID],
    to caller: Principal
  ) async throws(ChatError) -> ChatError? {
    for id in users where id != caller.userID {
      guard let user = try await directory.user(id), Policy.mayConverse(caller.role, user.role)
      else { return .notFound(.user) }
    }
    return nil
  }

  /// - Parameter refusal: a rule that depends on what people are now: a repetition gets its first
  ///   answer all the same.
  func write<Intent: WriteIntent>(
    _ intent: Intent,
    _ operation: Operation,
    _ key: IdempotencyKey?,
    _ caller: Principal,
    refusal: ChatError? = nil
  ) async throws(ChatError) -> Intent.Outcome {
    if let refusal, key == nil { throw refusal }
    var context = caller.context(of: operation, key, now: now())
    context.refusal = refusal
    return try await repository.write(intent, context)
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
    return (page, try await repository.unreadTotal(of: caller.userID))
  }

  /// The caller's conversations in which each word of the text begins a word of the title, of the
  /// name of another participant or of the last message.
  ///
  /// - Throws: `invalidArgument` for a text that is blank, no line, or too long.
  public func search(
    _ text: String,
    limit: Int,
    _ caller: Principal
  ) async throws(ChatError) -> [ConversationSummary] {
    try Policy.demand(.searchConversations, caller)
    try limits.validate(query: text)
    if !text.holdsAWord { return [] }
    return try await repository.searchConversations(of: caller.userID, text: text, limit: limit)
  }
}
