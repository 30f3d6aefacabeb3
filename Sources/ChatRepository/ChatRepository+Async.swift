public import ChatModel

/// The writes for callers that wait in a task.
extension ChatRepository {
  /// As `append(_:on:completion:)`.
  public func append(_ intent: AppendMessage) async throws(ChatError) -> AppendedMessage {
    try await answer { append(intent, on: ImmediateCompletionExecutor.shared, completion: $0) }
  }

  /// As `createConversation(_:on:completion:)`.
  public func createConversation(
    _ intent: CreateConversation
  ) async throws(ChatError) -> CreatedConversation {
    try await answer {
      createConversation(intent, on: ImmediateCompletionExecutor.shared, completion: $0)
    }
  }

  /// As `moveWatermark(_:on:completion:)`.
  public func moveWatermark(_ intent: MoveWatermark) async throws(ChatError) -> WatermarkState {
    try await answer {
      moveWatermark(intent, on: ImmediateCompletionExecutor.shared, completion: $0)
    }
  }

  /// As `putUser(_:on:completion:)`.
  public func putUser(_ intent: PutUser) async throws(ChatError) -> User {
    try await answer { putUser(intent, on: ImmediateCompletionExecutor.shared, completion: $0) }
  }

  /// As `deactivateUser(_:on:completion:)`.
  public func deactivateUser(_ intent: DeactivateUser) async throws(ChatError) -> User {
    try await answer {
      deactivateUser(intent, on: ImmediateCompletionExecutor.shared, completion: $0)
    }
  }

  private func answer<Outcome: Sendable>(
    to submit: (@escaping @Sendable (Result<Outcome, ChatError>) -> Void) -> Void
  ) async throws(ChatError) -> Outcome {
    let result = await withCheckedContinuation { continuation in
      submit { continuation.resume(returning: $0) }
    }
    return try result.get()
  }
}
