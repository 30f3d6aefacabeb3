import NIOCore
import Synchronization

extension ClientConnection {
  /// Whether a connection takes calls.
  public enum State: Sendable, Hashable {
    case active
    /// The server will close the connection: calls that run may end, new ones get UNAVAILABLE at
    /// once. It is worth coming back, on another connection, after that time.
    case goingAway(retryAfter: Duration)
    /// Nothing runs any more.
    case closed
  }

  /// As the connection's loop last said.
  public var state: State { status.state }

  /// Whether a call that is made now would be sent. What happens meanwhile cannot be known: a call
  /// that comes too late gets UNAVAILABLE and `isUnprocessed`.
  public var isAcceptingCalls: Bool { state == .active && streamNumbersLeft > 0 }

  /// Calls that have not ended, those included that wait for the server to read their Requests.
  public var openStreamCount: Int { status.openCalls }

  /// Calls that can still be made before the connection has used up its stream numbers.
  public var streamNumbersLeft: Int { status.numbersLeft }

  /// Calls back with the state as it is and then at each change, the last of which is `closed`.
  ///
  /// - Parameter callback: called on the connection's event loop, where it must not wait.
  public func onStateChange(_ callback: @escaping @Sendable (State) -> Void) {
    let handler = handler
    handler.eventLoop.execute { handler.value.observe(callback) }
  }

  /// The state as it is and then each change. It ends after `closed`.
  public var stateChanges: AsyncStream<State> {
    AsyncStream { continuation in
      onStateChange { state in
        continuation.yield(state)
        if state == .closed { continuation.finish() }
      }
    }
  }
}

/// What other threads may know of a connection, as its loop last said.
final class ConnectionStatus: Sendable {
  private let stateNow = Mutex(ClientConnection.State.active)
  private let calls = Atomic(0)
  private let numbers = Atomic(0)

  /// Calls that have not ended, whether their Requests have been sent or wait for the peer to read.
  var openCalls: Int { calls.load(ordering: .relaxed) }
  var numbersLeft: Int { numbers.load(ordering: .relaxed) }
  var state: ClientConnection.State { stateNow.withLock { $0 } }

  func callOpened() { calls.add(1, ordering: .relaxed) }
  func callEnded() { calls.subtract(1, ordering: .relaxed) }
  func numbersLeft(_ count: Int) { numbers.store(count, ordering: .relaxed) }
  func stateChanged(to state: ClientConnection.State) { stateNow.withLock { $0 = state } }
}
