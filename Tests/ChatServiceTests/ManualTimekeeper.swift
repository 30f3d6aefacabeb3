import ChatService
import Synchronization

/// Time that stands still until it is moved, and then does what was asked for on the way.
final class ManualTimekeeper: Timekeeper {
  private struct State {
    var now = Duration.seconds(1_000)
    var calls: [(at: Duration, work: @Sendable () -> Void)] = []
  }

  private let state = Mutex(State())

  var now: Duration { state.withLock { $0.now } }

  func call(after delay: Duration, _ work: @escaping @Sendable () -> Void) {
    state.withLock { $0.calls.append(($0.now + delay, work)) }
  }

  /// Calls that are asked for.
  var waitingCount: Int { state.withLock { $0.calls.count } }

  func advance(by duration: Duration) {
    let end = now + duration
    while let work = nextDue(by: end) { work() }
    state.withLock { $0.now = end }
  }

  private func nextDue(by end: Duration) -> (@Sendable () -> Void)? {
    state.withLock { state in
      guard let first = state.calls.indices.min(by: { state.calls[$0].at < state.calls[$1].at }),
        state.calls[first].at <= end
      else { return nil }
      let call = state.calls.remove(at: first)
      state.now = max(state.now, call.at)
      return call.work
    }
  }
}
