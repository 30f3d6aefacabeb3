public import Logging
public import NIOCore
import NIOPosix
public import RPC

/// Serves a table of methods over ttrpc 1.2, on TCP and Unix sockets.
public final class Server: Sendable {
  private let shared: ServerShared
  private let group: any EventLoopGroup
  private let executors: [ObjectIdentifier: LoopExecutor]
  private let connections = ConnectionRegistry()

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
    self.group = group
    executors = Dictionary(
      uniqueKeysWithValues: group.makeIterator().map { (ObjectIdentifier($0), LoopExecutor($0)) }
    )
  }

  /// Connections that are open now.
  public var connectionCount: Int { connections.count }

  /// Starts to accept connections.
  ///
  /// - Returns: the address, with the port that the system chose if port 0 was asked for.
  /// - Throws: what the system says, such as that the address is in use.
  public func listen(on address: ServiceAddress) async throws -> ServiceAddress {
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.maxMessagesPerRead, value: 4)
      .childChannelOption(
        .recvAllocator,
        value: AdaptiveRecvByteBufferAllocator(minimum: 2048, initial: 4096, maximum: 256 << 10)
      )
      .childChannelOption(
        .writeBufferWaterMark,
        value: .init(
          low: shared.configuration.outboundHighWatermark / 4,
          high: shared.configuration.outboundHighWatermark
        )
      )
      .childChannelInitializer { [self] channel in
        channel.eventLoop.makeCompletedFuture { try self.accept(channel) }
      }
    switch address {
    case .tcp(let host, let port):
      let channel = try await bootstrap.childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .bind(host: host, port: port).get()
      connections.add(listener: channel)
      return .tcp(host: host, port: channel.localAddress?.port ?? port)
    case .unix(let path):
      let channel = try await bootstrap.bind(
        unixDomainSocketPath: path,
        cleanupExistingSocketFile: true
      ).get()
      connections.add(listener: channel)
      return address
    }
  }

  private func accept(_ channel: any Channel) throws {
    guard let executor = executors[ObjectIdentifier(channel.eventLoop)] else {
      throw ChannelError.inputClosed
    }
    let peer = ConnectionContext(
      eventLoop: channel.eventLoop,
      remoteAddress: Self.name(channel.remoteAddress)
    )
    let connection = ServerConnection(shared, executor: executor, peer: peer)
    guard connections.add(connection, on: channel, limit: shared.configuration.connectionsMax)
    else {
      shared.metrics.limitReached(.connections)
      channel.close(promise: nil)
      return
    }
    try channel.pipeline.syncOperations.addHandler(connection)
  }

  private static func name(_ address: SocketAddress?) -> String {
    guard let address, let host = address.ipAddress, let port = address.port else { return "unix" }
    return "\(host):\(port)"
  }

  /// Stops accepting, lets the calls that run end, and returns when every connection is closed.
  ///
  /// Clients that know the extensions are told with GoAway, and streams through `onDrain`. New calls
  /// get UNAVAILABLE.
  ///
  /// - Parameter grace: how long calls may go on. What still runs then is cancelled and answered
  ///   with UNAVAILABLE.
  public func shutdown(grace: Duration = .zero) async {
    await connections.drain(grace: grace)
    for executor in executors.values { await executor.retireWorkers() }
  }
}
