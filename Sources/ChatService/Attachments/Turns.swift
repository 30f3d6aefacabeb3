import Synchronization

/// One at a time for each key, in the order of asking; whoever has another key does not wait.
///
/// It keeps apart what is done to the same bytes by several calls at once, which no transaction of
/// the repository can: the bytes are not in it.
final class Turns<Key: Hashable & Sendable>: Sendable {
  /// For each key that somebody has, those who wait for it.
  private let waiting = Mutex<[Key: [CheckedContinuation<Void, Never>]]>([:])

  /// Runs `body` when nobody else has the key. It is not interrupted by cancellation: what it does
  /// to files must be done to the end.
  func take<Outcome, Failure: Error>(
    _ key: Key,
    _ body: () async throws(Failure) -> Outcome
  ) async throws(Failure) -> Outcome {
    await enter(key)
    defer { leave(key) }
    return try await body()
  }

  private func enter(_ key: Key) async {
    await withCheckedContinuation { continuation in
      let isFree = waiting.withLock { waiting in
        if waiting[key] != nil {
          waiting[key]?.append(continuation)
          return false
        }
        waiting[key] = []
        return true
      }
      if isFree { continuation.resume() }
    }
  }

  private func leave(_ key: Key) {
    let next = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
      guard var others = waiting[key], !others.isEmpty else {
        waiting[key] = nil
        return nil
      }
      let next = others.removeFirst()
      waiting[key] = others
      return next
    }
    next?.resume()
  }
}
