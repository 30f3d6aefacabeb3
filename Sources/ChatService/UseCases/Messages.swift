public import ChatModel
public import ChatRepository

/// Messages and how far they have come.
public struct Messages: Sendable {
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

  /// What a caller wants to send.
  public struct Draft: Sendable {
    public var destination: AppendMessage.Destination
    public var type: MessageType
    public var content: String
    public var idempotencyKey: IdempotencyKey?

    public init(
      to destination: AppendMessage.Destination,
      type: MessageType,
      content: String,
      idempotencyKey: IdempotencyKey?
    ) {
      self.destination = destination
      self.type = type
      self.content = content
      self.idempotencyKey = idempotencyKey
    }
  }

  /// Stores a message and answers on `executor` once it is durable.
  ///
  /// Fails with `invalidArgument`, `notFound`, `alreadyExists` (the key was used for something
  /// else), `failedPrecondition` (the conversation is closed) or what storage fails with.
  public func send(
    _ draft: Draft,
    _ caller: Principal,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<AppendedMessage, ChatError>) -> Void
  ) {
    let intent: AppendMessage
    do {
      intent = try checked(draft, caller)
    } catch {
      return completion(.failure(error))
    }
    guard case .direct(let recipient) = draft.destination else {
      return repository.append(intent, on: executor, completion: completion)
    }
    if let user = directory.remembered(recipient) {
      return append(intent, to: user, caller, on: executor, completion)
    }
    Task {
      do {
        let user = try await directory.user(recipient)
        append(intent, to: user, caller, on: executor, completion)
      } catch let error as ChatError {
        executor.execute { completion(.failure(error)) }
      }
    }
  }

  private func append(
    _ intent: AppendMessage,
    to recipient: User?,
    _ caller: Principal,
    on executor: any CompletionExecutor,
    _ completion: @escaping @Sendable (Result<AppendedMessage, ChatError>) -> Void
  ) {
    guard let recipient, Policy.mayConverse(caller.role, recipient.role) else {
      return executor.execute { completion(.failure(.notFound(.user))) }
    }
    repository.append(intent, on: executor, completion: completion)
  }

  private func checked(
    _ draft: Draft,
    _ caller: Principal
  ) throws(ChatError) -> AppendMessage {
    try Policy.demand(.sendMessage, caller)
    try limits.validate(content: draft.content)
    switch draft.type {
    case .text: break
    case .file, .image:
      throw .invalidArgument(field: "message_type", message: "needs an attachment; send text")
    case .system, .call:
      throw .invalidArgument(field: "message_type", message: "is written by the server only")
    }
    return AppendMessage(
      sender: caller.userID,
      destination: draft.destination,
      type: draft.type,
      content: draft.content,
      idempotencyKey: draft.idempotencyKey,
      now: now()
    )
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

  /// Moves a watermark of the caller and answers on `executor` once that is durable.
  public func mark(
    _ kind: ReceiptKind,
    _ conversation: ConversationID,
    upTo: MessageSequence,
    _ caller: Principal,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<WatermarkState, ChatError>) -> Void
  ) {
    do {
      try Policy.demand(kind == .read ? .markRead : .markDelivered, caller)
    } catch {
      return completion(.failure(error))
    }
    let intent = MoveWatermark(
      user: caller.userID,
      conversation: conversation,
      kind: kind,
      upTo: upTo,
      now: now()
    )
    repository.moveWatermark(intent, on: executor, completion: completion)
  }

  /// Who has got and read a message, and when.
  public func receipts(
    _ id: MessageID,
    _ caller: Principal
  ) async throws(ChatError) -> [Receipt] {
    try Policy.demand(.receipts, caller)
    return try await repository.receipts(of: id, visibleTo: caller.userID)
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
      return try await repository.unreadCounts(of: caller.userID).total
    }
    guard let summary = try await repository.conversation(conversation, for: caller.userID) else {
      throw .notFound(.conversation)
    }
    return summary.unreadCount
  }
}
