import Hummingbird
import HummingbirdCore
public import Logging
public import NIOCore
public import PrometheusMetrics
import ServiceLifecycle

/// The HTTP port for operators: `/metrics`, `/healthz` and `/readyz`. It takes no credentials and
/// shows no content; still it belongs on a loopback or management address.
///
/// It stays up while the chat drains, so that its last minutes can be watched.
public final class AdminServer: Sendable {
  private let group: ServiceGroup
  private let task: Task<Void, any Error>
  /// The port, which the system chose if port 0 was asked for; nil on a Unix socket.
  public let port: Int?

  private init(_ group: ServiceGroup, _ task: Task<Void, any Error>, port: Int?) {
    self.group = group
    self.task = task
    self.port = port
  }

  /// Starts to listen.
  ///
  /// - Parameters:
  ///   - isReady: whether the server takes calls: not while it starts or drains.
  ///   - onListening: is given the channel that accepts.
  /// - Throws: what the system says, such as that the address is in use.
  public static func start(
    on address: AdminAddress,
    metrics: PrometheusRegistry,
    isReady: @escaping @Sendable () -> Bool,
    onListening: @escaping @Sendable (any Channel) -> Void = { _ in },
    logger: Logger
  ) async throws -> AdminServer {
    let (ports, started) = AsyncThrowingStream<Int?, any Error>.makeStream()
    let application = Application(
      router: router(metrics, isReady),
      configuration: ApplicationConfiguration(
        address: address.bindAddress,
        availableConnectionsDelegate: MaximumAvailableConnections(connectionsMax)
      ),
      onServerRunning: { channel in
        onListening(channel)
        started.yield(channel.localAddress?.port)
      },
      logger: logger
    )
    // Detached, so that the end of the chat, of which tasks hear through their parents, is not the
    // end of this.
    let group = group(of: application, logger)
    let task = Task.detached {
      do {
        try await group.run()
        started.finish()
      } catch {
        started.finish(throwing: error)
        throw error
      }
    }
    for try await port in ports { return AdminServer(group, task, port: port) }
    throw CancellationError()
  }

  /// Stops listening and returns when the port is free.
  ///
  /// The task is not cancelled: the connections that nobody has taken up yet would be dropped, which
  /// ends the process.
  public func stop() async {
    await group.triggerGracefulShutdown()
    _ = await task.result
  }

  /// Runs the application until it is told to stop, and cancels what has not ended soon after.
  private static func group(of application: some Service, _ logger: Logger) -> ServiceGroup {
    var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
    configuration.maximumGracefulShutdownDuration = patience
    return ServiceGroup(configuration: configuration)
  }

  /// How long requests that are being answered may take when the port is closed.
  private static let patience = Duration.seconds(2)

  private static func router(
    _ metrics: PrometheusRegistry,
    _ isReady: @escaping @Sendable () -> Bool
  ) -> Router<BasicRequestContext> {
    let router = Router()
    router.get("/metrics") { _, _ in
      response(.ok, metrics.text(), type: PrometheusRegistry.contentType)
    }
    router.get("/healthz") { _, _ in response(.ok, "ok\n") }
    router.get("/readyz") { _, _ in
      isReady() ? response(.ok, "ready\n") : response(.serviceUnavailable, "not ready\n")
    }
    return router
  }

  private static func response(
    _ status: HTTPResponse.Status,
    _ text: String,
    type: String = "text/plain; charset=utf-8"
  ) -> Response {
    Response(
      status: status,
      headers: [.contentType: type, .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text))
    )
  }

  private static let connectionsMax = 64
}

/// Where the admin port listens.
public enum AdminAddress: Sendable, Hashable {
  case tcp(host: String, port: Int)
  case unix(path: String)

  var bindAddress: BindAddress {
    switch self {
    case .tcp(let host, let port): .hostname(host, port: port)
    case .unix(let path): .unixDomainSocket(path: path)
    }
  }
}
