import Synchronization

/// Tells that a client has asked for the graceful shutdown.
final class DrainSignal: Sendable {
  private struct State {
    var hasBegun = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  func begin() {
    let waiters = state.withLock { state in
      state.hasBegun = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  func wait() async {
    await withCheckedContinuation { continuation in
      let hasBegun = state.withLock { state in
        if !state.hasBegun { state.waiters.append(continuation) }
        return state.hasBegun
      }
      if hasBegun { continuation.resume() }
    }
  }
}
