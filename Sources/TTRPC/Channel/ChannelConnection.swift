public import RPC

/// One connection of a channel: `ClientConnection`, or a stand-in for tests.
public protocol ChannelConnection: ClientTransport {
  /// Whether it takes a new call: it is open, the server does not go away, and it has stream
  /// numbers left.
  var isAcceptingCalls: Bool { get }
  /// What becomes of it; ends after `closed`. Asked for once.
  func events() -> AsyncStream<ConnectionEvent>
  /// Ends the calls that run with CANCELLED and closes it.
  func close() async
}

/// A change of a connection that its channel must know of.
public enum ConnectionEvent: Sendable, Hashable {
  /// The server takes no new calls here and finishes those that run. Nobody should connect to it
  /// before that time has passed; zero means at once.
  case goingAway(retryAfter: Duration)
  /// It is closed, by whichever side, and its calls have ended.
  case closed
}
