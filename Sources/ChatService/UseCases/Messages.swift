public import ChatModel
public import ChatRepository

/// Messages and how far they have come.
public struct Messages: Sendable {
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

  /// What a caller wants to send.
  public struct Draft: Sendable {
    public var message: AppendMessage
    public var key: IdempotencyKey?

    public init(_ message: AppendMessage, key: IdempotencyKey?) {
      self.message = message
      self.key = key
    }
  }

  /// Stores a message and answers on `executor` once it is durable.
  ///
  /// Fails with `invalidArgument`, `notFound`, `permissionDenied` (who may only read, or the kind of
  /// message), `alreadyExists` (the key was used for something else), `failedPrecondition` (the
  /// conversation is closed) or what storage fails with.
  public func send(
    _ draft: Draft,
    _ caller: Principal,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<AppendedMessage, ChatError>) -> Void
  ) {
    do {
      try Policy.demand(.sendMessage, caller)
      try check(draft.message, caller)
    } catch {
      return completion(.failure(error))
    }
    let context = caller.context(of: .sendMessage, draft.key, now: now())
    append(draft.message, context, caller, on: executor, completion: completion)
  }

  /// Sends a message that the caller may see to another conversation.
  ///
  /// - Throws: `notFound(.message)` for one he may not see, `failedPrecondition` if it was deleted,
  ///   and what `send` fails with.
  public func forward(
    _ id: MessageID,
    to destination: AppendMessage.Destination,
    key: IdempotencyKey?,
    _ caller: Principal
  ) async throws(ChatError) -> AppendedMessage {
    try Policy.demand(.forwardMessage, caller)
    // What it says is looked up where the key is: a repetition is answered as the first time, also
    // after the source was edited or deleted.
    let message = AppendMessage(destination: destination, content: "", forwardedFrom: id)
    let context = caller.context(of: .forwardMessage, key, now: now())
    let result = await withCheckedContinuation { continuation in
      append(message, context, caller, on: ImmediateCompletionExecutor.shared) {
        continuation.resume(returning: $0)
      }
    }
    return try result.get()
  }

  private func append(
    _ message: AppendMessage,
    _ context: WriteContext,
    _ caller: Principal,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<AppendedMessage, ChatError>) -> Void
  ) {
    guard let recipient = message.destination.recipient else {
      return repository.write(message, context, on: executor, completion: completion)
    }
    let appendTo: @Sendable (User?) -> Void = { user in
      var context = context
      if !(user.map { Policy.mayConverse(caller.role, $0.role) } ?? false) {
        guard context.key != nil else {
          return executor.execute { completion(.failure(.notFound(.user))) }
        }
        // Under its key it may have been sent when they still might.
        context.refusal = .notFound(.user)
      }
      repository.write(message, context, on: executor, completion: completion)
    }
    if let user = directory.remembered(recipient) { return appendTo(user) }
    Task {
      do {
        appendTo(try await directory.user(recipient))
      } catch let error as ChatError {
        executor.execute { completion(.failure(error)) }
      }
    }
  }

  private func check(_ message: AppendMessage, _ caller: Principal) throws(ChatError) {
    guard Policy.writers[message.type]?.contains(caller.role) ?? false else {
      throw .permissionDenied
    }
    if case .assigned(let role) = message.destination, !role.givesCare {
      throw .invalidArgument(
        field: "care_role",
        message: "must be doctor, dietitian, pharmacist or nurse"
      )
    }
    switch message.type {
    case .text, .system, .call:
      try limits.validate(content: message.content)
      if message.attachmentID != nil {
        throw .invalidArgument(
          field: "attachment_id",
          message: "belongs to a message_type of file or image"
        )
      }
    case .file, .image:
      guard message.attachmentID != nil else {
        throw .invalidArgument(field: "attachment_id", message: "must name an upload of yours")
      }
      try limits.validate(caption: message.content)
    }
    try limits.validate(mentions: message.mentions)
  }

  /// - Throws: `notFound(.message)` when the caller may not see it, whether or not it exists.
  public func get(_ id: MessageID, _ caller: Principal) async throws(ChatError) -> Message {
    try Policy.demand(.getMessage, caller)
    guard let message = try await repository.message(id, visibleTo: caller.userID) else {
      throw .notFound(.message)
    }
    return message
  }

  /// A page of a conversation, in the order that the range says.
  ///
  /// - Throws: `notFound(.conversation)` when the caller takes no part in it.
  public func list(
    _ conversation: ConversationID,
    in range: MessageRange,
    _ caller: Principal
  ) async throws(ChatError) -> Page<Message> {
    try Policy.demand(.listMessages, caller)
    return try await repository.messages(of: conversation, in: range, visibleTo: caller.userID)
  }

  /// Messages of all conversations of the caller, newest first.
  public func list(
    _ filter: MessageFilter,
    before: MessagePlace?,
    limit: Int,
    _ caller: Principal
  ) async throws(ChatError) -> Page<Message> {
    try Policy.demand(.listMessages, caller)
    return try await repository.messages(filter, before: before, limit: limit, of: caller.userID)
  }

  /// The caller's messages in which all words stand, best first.
  ///
  /// - Throws: `invalidArgument` for a text that is blank, no line, or too long;
  ///   `notFound(.conversation)` for one in which the caller takes no part.
  public func search(
    _ search: MessageSearch,
    _ caller: Principal
  ) async throws(ChatError) -> Page<FoundMessage> {
    try Policy.demand(.searchMessages, caller)
    try limits.validate(query: search.text)
    if !search.text.holdsAWord { return Page(items: [], hasMore: false) }
    return try await repository.search(search, of: caller.userID)
  }

  /// What the caller has not read, in one conversation or in all.
  ///
  /// - Throws: `notFound(.conversation)` when the caller takes no part in it.
  public func unreadCount(
    in conversation: ConversationID?,
    _ caller: Principal
  ) async throws(ChatError) -> Int {
    try Policy.demand(.unreadCount, caller)
    guard let conversation else {
      return try await repository.unreadTotal(of: caller.userID)
    }
    guard let summary = try await repository.conversation(conversation, for: caller.userID) else {
      throw .notFound(.conversation)
    }
    return summary.unreadCount
  }
}

extension AppendMessage.Destination {
  /// The user who is written to by name, whom the sender must be allowed to write to.
  fileprivate var recipient: UserID? {
    switch self {
    case .direct(let user), .patient(let user): user
    case .conversation, .assigned: nil
    }
  }
}
