import Synchronization

/// A value that one task waits for and that several may try to give: the first one counts.
final class OneShot<Value: Sendable>: Sendable {
  private enum State {
    case empty
    case waiting(CheckedContinuation<Value, any Error>)
    case given(Result<Value, any Error>)
    case taken
  }

  private let state = Mutex(State.empty)

  /// - Returns: whether this was the first.
  @discardableResult
  func give(_ result: Result<Value, any Error>) -> Bool {
    let (isFirst, waiter) = state.withLock {
      state -> (Bool, CheckedContinuation<Value, any Error>?) in
      switch state {
      case .empty:
        state = .given(result)
        return (true, nil)
      case .waiting(let waiter):
        state = .taken
        return (true, waiter)
      case .given, .taken: return (false, nil)
      }
    }
    waiter?.resume(with: result)
    return isFirst
  }

  /// Waits for the value. Called once.
  ///
  /// - Throws: the error that was given; `CancellationError` when the task is cancelled first.
  func value() async throws -> Value {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let given = state.withLock { state -> Result<Value, any Error>? in
          switch state {
          case .empty:
            state = .waiting(continuation)
            return nil
          case .given(let result):
            state = .taken
            return result
          case .waiting, .taken: return .failure(CancellationError())
          }
        }
        if let given { continuation.resume(with: given) }
      }
    } onCancel: {
      give(.failure(CancellationError()))
    }
  }
}
