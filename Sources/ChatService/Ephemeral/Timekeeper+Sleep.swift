import Synchronization

extension Timekeeper {
  /// Returns when `delay` has passed.
  ///
  /// - Throws: `CancellationError`, at once, when the task is cancelled.
  public func sleep(for delay: Duration) async throws {
    let sleeper = Sleeper()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        if sleeper.begin(continuation) { call(after: delay) { sleeper.end(.success(())) } }
      }
    } onCancel: {
      sleeper.end(.failure(CancellationError()))
    }
  }
}

/// One who sleeps until the first of two things happens.
private final class Sleeper: Sendable {
  private enum State {
    case awake
    case asleep(CheckedContinuation<Void, any Error>)
    case ended
  }

  private let state = Mutex(State.awake)

  /// - Returns: false when it is over before it has begun.
  func begin(_ continuation: CheckedContinuation<Void, any Error>) -> Bool {
    let isOver = state.withLock { state in
      if case .ended = state { return true }
      state = .asleep(continuation)
      return false
    }
    if isOver { continuation.resume(throwing: CancellationError()) }
    return !isOver
  }

  func end(_ result: Result<Void, any Error>) {
    let continuation: CheckedContinuation<Void, any Error>? = state.withLock { state in
      defer { state = .ended }
      if case .asleep(let continuation) = state { return continuation }
      return nil
    }
    continuation?.resume(with: result)
  }
}
