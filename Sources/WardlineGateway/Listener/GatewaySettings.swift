public import NIOCore

/// How much of everything the HTTP listener accepts.
public struct GatewaySettings: Sendable {
  /// The most connections at a time; more wait in the system's queue.
  public var connectionsMax = 10_000
  /// The most bytes in the header of a request.
  public var headerBytesMax = 16 << 10
  /// The most bytes in a body of JSON.
  public var bodyBytesMax = 256 << 10
  /// A connection on which nothing was asked, or no byte of a request came, for so long is closed.
  public var idleTimeout = TimeAmount.seconds(60)
  /// How often live events say that they live when nothing happens.
  public var heartbeatInterval = TimeAmount.seconds(15)

  public init() {}
}
