public import NIOCore

/// How much of everything the HTTP listener accepts.
public struct GatewaySettings: Sendable {
  /// The most connections at a time, on all addresses together; more wait in the system's queue.
  public var connectionsMax = 10_000
  /// The most connections at a time from one address; one more is closed.
  public var connectionsPerAddressMax = 1_000
  /// The most new connections a second from one address; one more is closed.
  public var connectionsPerAddressPerSecond = 100
  /// Whether the two hold for this machine too, which a proxy may be on.
  public var perAddressLimitsIncludeLoopback = false
  /// The most event streams of one user that are open at a time, of whichever kind.
  public var eventStreamsPerUserMax = 32
  /// The most bytes in the header of a request.
  public var headerBytesMax = 16 << 10
  /// The most bytes in a body of JSON.
  public var bodyBytesMax = 256 << 10
  /// A connection on which nothing was asked, or no byte of a request came, for so long is closed.
  public var idleTimeout = TimeAmount.seconds(60)
  /// A body of which fewer bytes come a second, over any `idleTimeout`, is given up with its
  /// connection.
  public var bodyBytesPerSecondMin = 256
  /// A connection whose peer has read nothing of what waits for it, for so long, is closed.
  public var unreadTimeout = TimeAmount.seconds(120)
  /// How often live events say that they live when nothing happens.
  public var heartbeatInterval = TimeAmount.seconds(15)

  public init() {}
}
