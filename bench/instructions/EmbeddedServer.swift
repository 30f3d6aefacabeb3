import BenchAPI
import Logging
import NIOCore
import NIOEmbedded
import PrometheusMetrics
import RPC
import RPCInterceptors
import TTRPC

/// A server without a network: one connection on a loop that turns when it is told to.
struct EmbeddedServer {
  let loop = EmbeddedEventLoop()
  let channel: EmbeddedChannel
  private let server: Server

  init(_ methods: [ServerMethod]) throws {
    let metrics = PrometheusRegistry()
    server = try Server(
      methods: methods,
      interceptors: [MetricsInterceptor(methods, metrics: metrics)],
      metrics: metrics,
      on: loop,
      logger: Logger(label: "instructions") { _ in SwiftLogNoOpLogHandler() }
    )
    channel = EmbeddedChannel(loop: loop)
    try server.accept(channel)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
  }

  /// Hands a read to the connection.
  ///
  /// - Returns: the bytes of the answers.
  func exchange(_ read: ByteBuffer) throws -> Int {
    try channel.writeInbound(read)
    return try answers()
  }

  /// Turns the loop until nothing is left to do, and counts the bytes that were written.
  func answers() throws -> Int {
    loop.run()
    var bytes = 0
    while let written = try channel.readOutbound(as: ByteBuffer.self) {
      bytes += written.readableBytes
    }
    return bytes
  }
}
