public import Logging
public import Metrics
public import NIOCore
public import RPC
import ServerEngine

/// Serves a table of methods over ttrpc 1.2, on TCP and Unix sockets.
public final class Server: Sendable {
  let shared: ServerShared
  let group: any EventLoopGroup
  let executors: LoopExecutors
  let connections = ConnectionRegistry<ServerConnection>()
  let admission: ConnectionAdmission
  let users: UserConnections

  /// - Parameters:
  ///   - methods: the services' method tables, joined.
  ///   - interceptors: asked in this order before every call.
  ///   - metrics: where the engine counts; what the process has set up for everybody by default.
  ///   - group: the loops that connections live on; the caller shuts it down.
  /// - Throws: `MethodTable.DuplicateMethod`.
  public init(
    methods: [ServerMethod],
    interceptors: [any ServerInterceptor] = [],
    configuration: ServerConfiguration = ServerConfiguration(),
    metrics: any MetricsFactory = MetricsSystem.factory,
    on group: any EventLoopGroup,
    logger: Logger
  ) throws {
    shared = ServerShared(
      table: try MethodTable(methods),
      interceptors: interceptors,
      configuration: configuration,
      metrics: metrics,
      logger: logger
    )
    admission = ConnectionAdmission(configuration.admissionLimits)
    users = UserConnections(max: configuration.connectionsPerUserMax)
    self.group = group
    executors = LoopExecutors(group, decodingBudget: configuration.decodingBudget)
  }

  /// Connections that are open now.
  public var connectionCount: Int { connections.count }

  /// Stops accepting, lets the calls that run end, and returns when every connection is closed.
  ///
  /// Clients that know the extensions are told with GoAway, and streams through `onDrain`. New calls
  /// get UNAVAILABLE.
  ///
  /// - Parameters:
  ///   - grace: how long calls may go on. What still runs then is cancelled and answered with
  ///     UNAVAILABLE. It is over at once when the task that waits here is cancelled.
  ///   - clock: measures it.
  public func shutdown(
    grace: Duration = .zero,
    clock: any Clock<Duration> = ContinuousClock()
  ) async {
    await connections.drain(grace: grace, clock: clock)
    await executors.retireWorkers()
  }

  /// Has the tasks that wait for handlers end in the next turn of their loops: for loops that turn
  /// only when they are told to, on which nobody can wait for `shutdown`.
  package func retireWorkers() {
    executors.retire()
  }
}
