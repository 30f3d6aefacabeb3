public import RPC

/// How a channel to a server behaves. Every value has a default that suits a client of one server.
public struct ClientChannelConfiguration: Sendable {
  // MARK: Connections

  /// Connections that calls are spread over. Another one is opened only when those that are open
  /// have no room.
  public var connectionsMax = 4
  /// Calls that run on one connection at the same time: less than the 1,024 handlers that a server
  /// of ours allows.
  public var callsPerConnectionMax = 1000
  /// Calls that wait for a connection or for room on one; a further call is refused with
  /// RESOURCE_EXHAUSTED.
  public var waitingCallsMax = 10_000
  /// Time for one attempt to connect.
  public var connectTimeout: Duration = .seconds(10)
  /// The waits between attempts to connect that failed. A connection that was lost before anything
  /// was answered on it counts as a failed attempt.
  public var backoff = Backoff()

  // MARK: Calls

  /// Which calls are made again.
  public var retry = RetryPolicy()
  /// Sent with every call, before the call's own.
  public var metadata = Metadata()
  /// Metadata that may change, such as a token: asked for each time that a call is about to be
  /// sent, and sent after `metadata`. What it throws fails the call.
  public var freshMetadata: (@Sendable (MethodDescriptor) async throws -> Metadata)?

  // MARK: The end

  /// Time for which `close()` lets calls finish.
  public var drainTimeout: Duration = .seconds(10)

  public init() {}
}
