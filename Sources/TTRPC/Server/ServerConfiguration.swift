public import NIOCore
import ProtobufC
import TTRPCWire

/// The limits of a server. Every one has a default that suits a server on a private network.
public struct ServerConfiguration: Sendable {
  // MARK: A call

  /// Bytes of data accepted in a frame, at most 4 MiB (the protocol's limit and the default).
  public var frameDataLengthMax = FrameHeader.dataLengthMax
  /// Entries of metadata in a request.
  public var metadataEntriesMax = 64
  /// Bytes of metadata in a request, keys and values together.
  public var metadataBytesMax = 8 << 10
  /// Handlers that may run at the same time on one connection.
  public var handlersPerConnectionMax = 1024
  /// Longest deadline that is taken seriously; a longer one is cut to this.
  public var deadlineMax: TimeAmount = .hours(24)
  /// Bytes of memory that decoding may take for each byte of a message.
  public var decodingFactor = DecodingBudget.standard.perInputByte
  /// Bytes of memory that decoding any message may take beside that.
  public var decodingBytes = DecodingBudget.standard.fixedBytes

  // MARK: Misuse

  /// Frames against the protocol after which a connection is closed.
  public var violationsPerConnectionMax = 100
  /// Answers that the protocol itself gave (refusals, pings) and the peer has not taken; one more
  /// closes the connection.
  public var automaticAnswersMax = 256
  /// Data frames in a row that carry nothing, on one stream; each one more is a violation.
  public var emptyFramesMax = 16
  /// Bytes of frames over `frameDataLengthMax` that a connection may send, all of them together; they
  /// are never kept, but reading them costs time.
  public var skippedBytesMax = 256 << 20
  /// Calls that a connection may open in a second, whatever becomes of them; 0 for any number.
  public var opensPerSecond = 0
  /// Calls that a connection may open and give up in a second, by a Cancel or by a deadline that
  /// passes, while their handlers run; 0 for any number.
  public var abandonedOpensPerSecond = 2_000
  /// Streams that a client may cancel at once.
  public var cancelBurst = 200
  /// Streams that a client may cancel each second, in the long run.
  public var cancelsPerSecond = 20
  /// Pings that a client may send at once.
  public var pingBurst = 16
  /// Pings that a client may send each second, in the long run.
  public var pingsPerSecond = 2

  // MARK: Time

  /// Time from the first byte of a frame to its last.
  public var frameTimeout: TimeAmount = .seconds(10)
  /// Time from the connection to its first whole frame.
  public var firstCallTimeout: TimeAmount = .minutes(1)
  /// Time for the TLS handshake.
  public var handshakeTimeout: TimeAmount = .seconds(5)
  /// Time for which a peer may leave `outboundHighWatermark` bytes unread.
  public var unreadTimeout: TimeAmount = .minutes(2)
  /// Time without a frame and without a running handler after which a connection is closed.
  public var idleTimeout: TimeAmount = .minutes(5)
  /// Time for which a handler may leave a full stream of a plain client unread before the stream,
  /// which holds up the others of its connection, is ended.
  public var stallTimeout: TimeAmount = .seconds(1)
  /// Silence after which a client that knows pings is sent one.
  public var keepaliveInterval: TimeAmount = .seconds(30)
  /// Time for such a client to answer a ping.
  public var keepaliveTimeout: TimeAmount = .seconds(20)

  // MARK: Bytes

  /// Bytes of a stream that a client with windows may send before it is granted more.
  public var initialWindow = SendWindow.defaultSize
  /// Bytes of a plain client's stream that may wait for the handler before its connection is no
  /// longer read.
  public var streamInboundBytesMax = 256 << 10
  /// Bytes of all streams that may wait for handlers before the connection is no longer read.
  public var inboundBytesMax = 16 << 20
  /// Bytes that a stream's writer may have under way before it is told to wait.
  public var streamBytesMax = 256 << 10
  /// Bytes waiting for the peer above which its requests are no longer read.
  public var outboundHighWatermark = 256 << 10
  /// Bytes waiting for the peer at which the connection is closed.
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
