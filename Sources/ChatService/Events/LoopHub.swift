import ChatModel
import ChatRepository
import Synchronization

/// The subscriptions of one event loop.
///
/// Everything but the counts is called on that loop; the lock is there because the type system
/// cannot know that, and nobody ever waits for it.
final class LoopHub: Sendable {
  private struct State {
    var count = 0
    /// The last event that was passed to this loop. A subscription that has read at least this far
    /// and joins the live ones misses nothing.
    var position = EventPosition.zero
    var live: [UserID: [Subscription]] = [:]
  }

  let executor: any CompletionExecutor
  private let state = Mutex(State())

  init(_ executor: any CompletionExecutor) {
    self.executor = executor
  }

  var count: Int { state.withLock { $0.count } }
  var isEmpty: Bool { count == 0 }
  var position: EventPosition { state.withLock { $0.position } }

  /// A subscription has begun. From here on the loop is told of commits, so this comes before the
  /// subscription's first look into the log.
  func opened() {
    state.withLock { $0.count += 1 }
  }

  func closed() {
    state.withLock { $0.count -= 1 }
  }

  /// Lets a subscription have events as they happen, if it has read as far as this loop.
  ///
  /// - Returns: false when it has to read on first.
  func join(_ subscription: Subscription, at position: EventPosition) -> Bool {
    state.withLock { state in
      guard position >= state.position else { return false }
      state.live[subscription.user, default: []].append(subscription)
      return true
    }
  }

  /// Takes a subscription out of the live ones.
  ///
  /// - Returns: the position up to which it has had everything.
  @discardableResult
  func leave(_ subscription: Subscription) -> EventPosition {
    state.withLock { state in
      var others = state.live[subscription.user] ?? []
      others.removeAll { $0 === subscription }
      state.live[subscription.user] = others.isEmpty ? nil : others
      return state.position
    }
  }

  /// Passes events to those of their audience who are live.
  func committed(_ events: [LiveEvent]) {
    for event in events {
      let subscriptions = state.withLock { state in
        state.position = event.event.position
        return event.event.audience.flatMap { state.live[$0] ?? [] }
      }
      for subscription in subscriptions {
        subscription.happened(event.shown(to: subscription.user))
      }
    }
  }

  /// Passes something ephemeral to those of these users who are live.
  func push(_ ephemeral: LiveEphemeral, to users: [UserID]) {
    let subscriptions = state.withLock { state in users.flatMap { state.live[$0] ?? [] } }
    for subscription in subscriptions { subscription.happened(ephemeral) }
  }
}
