import Logging
import MetricsTestKit
import NIOCore
import NIOEmbedded
import RPC
import TTRPC
import Testing

/// A server without sockets, on a loop whose time stands still until a test moves it.
struct ServerOnTestLoop {
  let loop = EmbeddedEventLoop()
  let server: Server
  private let metrics = TestMetrics()

  init(_ methods: [ServerMethod], _ configuration: ServerConfiguration) throws {
    server = try Server(
      methods: methods,
      configuration: configuration,
      metrics: metrics,
      on: loop,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
  }

  /// A client that has connected from that address.
  func peer(
    from address: String = "192.0.2.1",
    options: ListenerOptions = ListenerOptions()
  ) throws -> PeerOnTestLoop {
    let channel = EmbeddedChannel(loop: loop)
    let address = try SocketAddress(ipAddress: address, port: 1)
    channel.remoteAddress = address
    try server.accept(channel, options)
    channel.connect(to: address, promise: nil)
    return PeerOnTestLoop(channel)
  }

  func advance(_ time: TimeAmount) {
    loop.advanceTime(by: time)
  }

  /// How often a limit was reached, as the metrics say.
  func count(_ limit: ServerLimit) throws -> Int {
    let labels = [("limit", limit.rawValue)]
    return Int(try metrics.expectCounter("wardline_limit_reached_total", labels).totalValue)
  }

  /// The limits that were reached at all.
  func reached() throws -> [ServerLimit] {
    try ServerLimit.allCases.filter { try count($0) > 0 }
  }
}
