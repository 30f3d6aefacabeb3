public import Logging
public import NIOCore
public import RPC

/// Serves a table of methods over ttrpc 1.2, on TCP and Unix sockets.
public final class Server: Sendable {
  let shared: ServerShared
  let group: any EventLoopGroup
  let executors: [ObjectIdentifier: LoopExecutor]
  let connections = ConnectionRegistry()
  let admission: ConnectionAdmission

  /// - Parameters:
  ///   - methods: the services' method tables, joined.
  ///   - interceptors: asked in this order before every call.
  ///   - group: the loops that connections live on; the caller shuts it down.
  /// - Throws: `MethodTable.DuplicateMethod`.
  public init(
    methods: [ServerMethod],
    interceptors: [any ServerInterceptor] = [],
    configuration: ServerConfiguration = ServerConfiguration(),
    on group: any EventLoopGroup,
    logger: Logger
  ) throws {
    shared = ServerShared(
      table: try MethodTable(methods),
      interceptors: interceptors,
      configuration: configuration,
      logger: logger
    )
    admission = ConnectionAdmission(configuration)
    self.group = group
    executors = Dictionary(
      uniqueKeysWithValues: group.makeIterator().map { (ObjectIdentifier($0), LoopExecutor($0)) }
    )
  }

  /// Connections that are open now.
  public var connectionCount: Int { connections.count }

  /// Stops accepting, closes every connection and returns when they are closed.
  ///
  /// Calls that run are cancelled; their callers get UNAVAILABLE from the lost connection.
  public func shutdown() async {
    await connections.closeAll()
  }
}
