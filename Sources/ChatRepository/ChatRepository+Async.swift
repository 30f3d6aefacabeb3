public import ChatModel

/// Writes for callers that wait in a task.
extension ChatRepository {
  /// As `write(_:_:on:completion:)`.
  public func write<Intent: WriteIntent>(
    _ intent: Intent,
    _ context: WriteContext
  ) async throws(ChatError) -> Intent.Outcome {
    let result = await withCheckedContinuation { continuation in
      write(intent, context, on: ImmediateCompletionExecutor.shared) {
        continuation.resume(returning: $0)
      }
    }
    return try result.get()
  }
}
