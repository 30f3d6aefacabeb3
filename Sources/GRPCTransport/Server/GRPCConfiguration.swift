public import NIOCore
public import ProtobufC

/// The limits of a gRPC server. Every one has a default that suits a server on a private network.
public struct GRPCConfiguration: Sendable {
  // MARK: A call

  /// Bytes of one message, in either direction.
  public var messageLengthMax = 4 << 20
  /// Entries of metadata in a request.
  public var metadataEntriesMax = 64
  /// Bytes of metadata in a request, keys and values together.
  public var metadataBytesMax = 8 << 10
  /// Calls that may be open, and handlers that may run, at the same time on one connection.
  public var callsPerConnectionMax = 1024
  /// Longest deadline that is taken seriously; a longer one is cut to this.
  public var deadlineMax: TimeAmount = .hours(24)
  /// Memory that decoding a message may take.
  public var decodingBudget = DecodingBudget.standard

  // MARK: Misuse

  /// Calls that a client may cancel at once.
  public var cancelBurst = 200
  /// Calls that a client may cancel each second, in the long run.
  public var cancelsPerSecond = 20
  /// Pings, settings and priorities that a client may send at once, when nothing is sent to it.
  public var pingBurst = 16
  /// Pings, settings and priorities that a client may send each second, in the long run.
  public var pingsPerSecond = 2

  // MARK: Time

  /// Time from the connection to its first call.
  public var firstCallTimeout: TimeAmount = .minutes(1)
  /// Time for the TLS handshake.
  public var handshakeTimeout: TimeAmount = .seconds(5)
  /// Time for which a peer may leave `outboundHighWatermark` bytes unread.
  public var unreadTimeout: TimeAmount = .minutes(2)
  /// Time without a call after which a connection is closed.
  public var idleTimeout: TimeAmount = .minutes(5)
  /// Silence after which a client is sent a ping.
  public var keepaliveInterval: TimeAmount = .seconds(30)
  /// Time for the client to answer it.
  public var keepaliveTimeout: TimeAmount = .seconds(20)

  // MARK: Bytes

  /// Bytes of a stream that a client may send before it is granted more, 1 to 2³¹ - 1.
  public var streamWindow = 256 << 10
  /// Bytes of all streams that may wait for handlers, and as much again in messages that are not
  /// complete, 65,535 to 2³¹ - 1.
  public var inboundBytesMax = 16 << 20
  /// Bytes that a stream's writer may send after it was told to wait.
  public var streamBytesMax = 256 << 10
  /// Bytes waiting in the connection above which nothing more is read from the peer.
  public var outboundHighWatermark = 256 << 10
  /// Bytes waiting for the peer, on all streams, at which the connection is closed.
  public var outboundBytesMax = 64 << 20

  // MARK: Connections

  /// Connections that may be open at the same time.
  public var connectionsMax = 20_000
  /// Connections that may be open at the same time from one address that is not this machine's.
  public var connectionsPerAddressMax = 1_000
  /// New connections a second from one address that is not this machine's.
  public var connectionsPerAddressPerSecond = 50
  /// Connections of one user that may be open at the same time, other than from this machine.
  public var connectionsPerUserMax = 16
  /// Whether the three limits above hold for connections from this machine too.
  public var perAddressLimitsIncludeLoopback = false

  public init() {}
}
