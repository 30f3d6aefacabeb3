public import NIOCore
import TTRPCWire

/// The limits of a server. Every one has a default that suits a server on a private network.
public struct ServerConfiguration: Sendable {
  /// Bytes of data accepted in a frame, at most 4 MiB (the protocol's limit and the default).
  public var frameDataLengthMax = FrameHeader.dataLengthMax
  /// Handlers that may run at the same time on one connection.
  public var handlersPerConnectionMax = 1024
  /// Frames against the protocol after which a connection is closed.
  public var violationsPerConnectionMax = 200
  /// Entries of metadata in a request.
  public var metadataEntriesMax = 64
  /// Bytes of metadata in a request, keys and values together.
  public var metadataBytesMax = 8 << 10
  /// Time from the first byte of a frame to its last.
  public var frameTimeout: TimeAmount = .seconds(10)
  /// Time for which a peer may leave `outboundHighWatermark` bytes unread.
  public var unreadTimeout: TimeAmount = .minutes(2)
  /// Time without a frame and without a running handler after which a connection is closed.
  public var idleTimeout: TimeAmount = .minutes(5)
  /// Bytes waiting for the peer above which its requests are no longer read.
  public var outboundHighWatermark = 256 << 10
  /// Bytes waiting for the peer at which the connection is closed.
  public var outboundBytesMax = 64 << 20
  /// Bytes that a stream's writer may have under way before it is told to wait.
  public var streamBytesMax = 256 << 10
  /// Connections that may be open at the same time.
  public var connectionsMax = 20_000
  /// Longest deadline that is taken seriously; a longer one is cut to this.
  public var deadlineMax: TimeAmount = .hours(24)

  public init() {}
}
