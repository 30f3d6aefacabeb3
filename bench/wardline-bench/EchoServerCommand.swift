import ArgumentParser
import BenchAPI
import GRPCTransport
import Logging
import NIOPosix
import PrometheusMetrics
import RPC
import RPCInterceptors
import TTRPC

/// The services of bench/proto on one loop.
struct EchoServerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "echo-server",
    abstract: "Serve the echo, stream and hub services until killed."
  )

  @Option(help: "Serve TLS with certificate.pem and key.pem of this folder.")
  var tls: String?

  @Flag(help: "Serve gRPC in place of ttrpc.")
  var grpc = false

  func run() async throws {
    if grpc { return try await serveGRPC() }
    let logger = Logger(label: "echo")
    var configuration = ServerConfiguration()
    // All of the load comes from one address.
    configuration.connectionsPerAddressMax = configuration.connectionsMax
    configuration.connectionsPerAddressPerSecond = Int(Int32.max)
    let methods = EchoHandler().methods + StreamsHandler().methods + HubHandler().methods
    let metrics = PrometheusRegistry()
    let server = try Server(
      methods: methods,
      interceptors: [MetricsInterceptor(methods, metrics: metrics)],
      configuration: configuration,
      metrics: metrics,
      on: MultiThreadedEventLoopGroup(numberOfThreads: 1),
      logger: logger
    )
    print(try await listen(server, logger))
    fflush(nil)
    await Termination.signal()
  }

  private func serveGRPC() async throws {
    var configuration = GRPCConfiguration()
    configuration.connectionsPerAddressMax = configuration.connectionsMax
    configuration.connectionsPerAddressPerSecond = Int(Int32.max)
    let methods = EchoHandler().methods + StreamsHandler().methods + HubHandler().methods
    let metrics = PrometheusRegistry()
    let server = try GRPCServer(
      methods: methods,
      interceptors: [MetricsInterceptor(methods, metrics: metrics)],
      configuration: configuration,
      metrics: metrics,
      on: MultiThreadedEventLoopGroup(numberOfThreads: 1),
      logger: Logger(label: "echo")
    )
    print("127.0.0.1:\(try await server.listen(host: "127.0.0.1", port: 0))")
    fflush(nil)
    await Termination.signal()
  }

  private func listen(_ server: Server, _ logger: Logger) async throws -> ServiceAddress {
    guard let tls else { return try await server.listen(on: .tcp(host: "127.0.0.1", port: 0)) }
    let files = ServerTLS.Configuration(
      certificateFile: "\(tls)/certificate.pem",
      keyFile: "\(tls)/key.pem"
    )
    return try await server.listen(
      on: .tls(host: "127.0.0.1", port: 0),
      options: ListenerOptions(tls: try ServerTLS(files, logger: logger))
    )
  }
}

struct EchoHandler: EchoService {
  var inline: UnaryHandler<Payload, Payload> {
    .inline { payload, _ in payload }
  }
  var deferred: UnaryHandler<Payload, Payload> {
    .deferred { payload, _, reply in reply.succeed(payload) }
  }
  var async: UnaryHandler<Payload, Payload> {
    .async { payload, _ in payload }
  }
  var suspending: UnaryHandler<Payload, Payload> {
    .async { payload, _ in
      await Task.yield()
      return payload
    }
  }
}
