public import NIOCore
import TTRPCWire

/// The limits and habits of a client's connection. The defaults suit a server on any network.
public struct ClientConfiguration: Sendable {
  // MARK: Extensions

  /// Whether to ask the server for windows, cancel, ping and goaway, in the first call of the
  /// connection. A server that does not know them says so, and nothing changes.
  public var negotiatesExtensions = true
  /// Bytes of a stream that a server with windows may send before its reader has taken some: 1 to
  /// 2³² − 1. Not less than the largest message that is common, or each one waits for the last.
  public var initialWindow = SendWindow.defaultSize
  /// Silence after which a server that knows pings is sent one.
  public var keepaliveInterval: TimeAmount = .seconds(30)
  /// Time for such a server to answer; then the connection is closed and its calls end with
  /// UNAVAILABLE.
  public var keepaliveTimeout: TimeAmount = .seconds(20)

  // MARK: Streams

  /// Bytes of a stream of a server without windows that may wait for the reader before the
  /// connection, and with it every other call, is no longer read.
  public var streamInboundBytesMax = 256 << 10
  /// Time for which the reader of such a stream may take nothing while it holds up the connection;
  /// then the stream ends with RESOURCE_EXHAUSTED, after the messages that wait.
  public var stallTimeout: TimeAmount = .seconds(1)
  /// Bytes of a stream that may wait to be sent before its writer does.
  public var streamOutboundBytesMax = 64 << 10

  // MARK: Misuse

  /// Frames against the protocol after which the connection is closed.
  public var violationsMax = 100
  /// Pings that the server may send at once; one more closes the connection.
  public var pingBurst = 64
  /// Pings that the server may send each second, in the long run.
  public var pingsPerSecond = 4
  /// Bytes of cancels, grants and answers to pings that may wait for a server that does not read;
  /// more closes the connection.
  public var controlBytesMax = 1 << 20

  public init() {}
}
