public import ChatModel
public import ChatRepository

extension Messages {
  /// Moves a watermark of the caller and answers on `executor` once that is durable.
  ///
  /// Fails with `notFound(.conversation)` when the caller takes no part in it.
  public func mark(
    _ kind: ReceiptKind,
    _ conversation: ConversationID,
    upTo: MessageSequence,
    key: IdempotencyKey?,
    _ caller: Principal,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<WatermarkState, ChatError>) -> Void
  ) {
    let operation: Operation =
      switch kind {
      case .delivered: .markDelivered
      case .read: .markRead
      case .acknowledged: .acknowledge
      }
    do {
      try Policy.demand(operation, caller)
    } catch {
      return completion(.failure(error))
    }
    let intent = MoveWatermark(conversation: conversation, kind: kind, upTo: upTo)
    let context = caller.context(of: operation, key, now: now())
    repository.write(intent, context, on: executor, completion: completion)
  }

  /// Who has got, read and acknowledged a message, and when; with a time, as it was known then.
  ///
  /// - Throws: `notFound(.message)` when the caller may not see it.
  public func receipts(
    _ id: MessageID,
    at time: Timestamp?,
    _ caller: Principal
  ) async throws(ChatError) -> (sentAt: Timestamp, receipts: [Receipt]) {
    try Policy.demand(.receipts, caller)
    guard let message = try await repository.message(id, visibleTo: caller.userID) else {
      throw .notFound(.message)
    }
    let receipts = try await repository.receipts(of: id, at: time, visibleTo: caller.userID)
    return (message.createdAt, receipts)
  }
}
