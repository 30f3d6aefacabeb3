import Foundation
import Logging
import NIOCore
import NIOPosix
import RPC
import TTRPC

/// A server on a port of its own and one event loop of its own, so that tests do not disturb each
/// other and everything on the loop happens to everybody.
struct ServerUnderTest {
  let server: Server
  let address: ServiceAddress
  let group: MultiThreadedEventLoopGroup

  func client(
    _ metadata: Metadata = Metadata(),
    tls: ClientTLS? = nil
  ) async throws -> ClientConnection {
    try await ClientConnection.connect(
      to: address,
      on: MultiThreadedEventLoopGroup.singleton,
      metadata: metadata,
      timeout: .seconds(60),
      configuration: .patient,
      tls: tls
    )
  }

  func peer() async throws -> RawPeer { try await RawPeer(to: address) }

  static func with<Result>(
    _ methods: [ServerMethod],
    interceptors: [any ServerInterceptor] = [],
    configuration: ServerConfiguration = .patient,
    at address: ServiceAddress = .tcp(host: "127.0.0.1", port: 0),
    options: ListenerOptions = ListenerOptions(),
    _ body: (ServerUnderTest) async throws -> Result
  ) async throws -> Result {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let server = try Server(
      methods: methods,
      interceptors: interceptors,
      configuration: configuration,
      on: group,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    let bound: ServiceAddress
    do {
      bound = try await server.listen(on: address, options: options)
    } catch {
      try await group.shutdownGracefully()
      throw error
    }
    let outcome: Swift.Result<Result, any Error>
    do {
      outcome = .success(
        try await body(ServerUnderTest(server: server, address: bound, group: group))
      )
    } catch {
      outcome = .failure(error)
    }
    await server.shutdown()
    try await group.shutdownGracefully()
    return try outcome.get()
  }
}

extension ServiceAddress {
  /// A Unix socket with a name that nobody else has, short enough for the system.
  static func temporarySocket() -> ServiceAddress {
    let name = "wl-\(UUID().uuidString.prefix(13)).sock"
    return .unix(path: FileManager.default.temporaryDirectory.appendingPathComponent(name).path)
  }
}

extension ClientConnection {
  func call(
    _ name: String,
    _ request: Bytes = Bytes(),
    _ options: CallOptions = CallOptions()
  ) async throws -> Bytes {
    try await unary(.unary(name), request, options: options)
  }

  func stream(
    _ name: String,
    _ request: Bytes = Bytes(),
    _ options: CallOptions = CallOptions()
  ) async throws -> MessageStream<Bytes> {
    try await serverStreaming(.stream(name), request, options: options)
  }
}
