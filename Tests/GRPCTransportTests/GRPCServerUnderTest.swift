import GRPCTransport
import Logging
import NIOCore
import NIOPosix
import RPC

/// A server on a port of its own and one event loop of its own, so that tests do not disturb each
/// other and everything on the loop happens to everybody.
struct GRPCServerUnderTest {
  let server: GRPCServer
  let port: Int
  let group: MultiThreadedEventLoopGroup

  /// A client on a connection of its own.
  func client(_ settings: GRPCTestClient.Settings = .init()) async throws -> GRPCTestClient {
    try await GRPCTestClient(port: port, settings)
  }

  static func with<Result>(
    _ methods: [ServerMethod],
    interceptors: [any ServerInterceptor] = [],
    configuration: GRPCConfiguration = .patient,
    _ body: (GRPCServerUnderTest) async throws -> Result
  ) async throws -> Result {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let server = try GRPCServer(
      methods: methods,
      interceptors: interceptors,
      configuration: configuration,
      on: group,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    let outcome: Swift.Result<Result, any Error>
    do {
      let port = try await server.listen(host: "127.0.0.1", port: 0)
      outcome = .success(
        try await body(GRPCServerUnderTest(server: server, port: port, group: group))
      )
    } catch {
      outcome = .failure(error)
    }
    await server.shutdown()
    try await group.shutdownGracefully()
    return try outcome.get()
  }
}

extension GRPCConfiguration {
  /// Nothing runs out while a machine is busy.
  static var patient: GRPCConfiguration {
    var configuration = GRPCConfiguration()
    for time in [
      \GRPCConfiguration.firstCallTimeout, \.handshakeTimeout, \.unreadTimeout, \.idleTimeout,
      \.keepaliveInterval, \.keepaliveTimeout,
    ] { configuration[keyPath: time] = .hours(1) }
    return configuration
  }
}
