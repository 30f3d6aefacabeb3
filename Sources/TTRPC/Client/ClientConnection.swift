public import NIOCore
import NIOPosix
public import RPC
import TTRPCWire

/// One connection to a ttrpc server. Any number of calls may run on it at the same time.
///
/// When the connection is lost every call that waits ends with UNAVAILABLE, and so does every later
/// one: it does not reconnect. Errors with `isUnprocessed` say that a call has certainly had no
/// effect.
///
/// With a server that knows the extensions of docs/protocol.md, a call that is given up is cancelled
/// there too, and a stream that is not read holds up no other. Without them the server works on, and
/// a stream whose reader does not read is ended after `ClientConfiguration.stallTimeout`.
public final class ClientConnection: ClientTransport {
  private let channel: any Channel
  let handler: NIOLoopBound<ClientHandler>
  let status: ConnectionStatus
  let configuration: ClientConfiguration
  private let metadata: Metadata

  private init(
    _ channel: any Channel,
    _ handler: NIOLoopBound<ClientHandler>,
    _ status: ConnectionStatus,
    _ configuration: ClientConfiguration,
    _ metadata: Metadata
  ) {
    self.channel = channel
    self.handler = handler
    self.status = status
    self.configuration = configuration
    self.metadata = metadata
  }

  /// Connects.
  ///
  /// - Parameters:
  ///   - metadata: sent with every call, before the call's own.
  ///   - timeout: how long to wait for the connection.
  /// - Throws: `RPCError` with UNAVAILABLE when nobody answers there.
  public static func connect(
    to address: ServiceAddress,
    on group: any EventLoopGroup,
    metadata: Metadata = Metadata(),
    timeout: Duration = .seconds(10),
    configuration: ClientConfiguration = ClientConfiguration()
  ) async throws -> ClientConnection {
    let bootstrap = ClientBootstrap(group: group)
      .connectTimeout(.nanoseconds(timeout.nanoseconds))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            ClientHandler(on: channel.eventLoop, configuration)
          )
        }
      }
    let channel: any Channel
    do {
      switch address {
      case .tcp(let host, let port):
        channel = try await bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1)
          .connect(host: host, port: port).get()
      case .unix(let path):
        channel = try await bootstrap.connect(unixDomainSocketPath: path).get()
      }
    } catch {
      throw RPCError(.unavailable, "nobody answers at \(address)")
    }
    let (handler, status) = try await channel.eventLoop.submit {
      let handler = try channel.pipeline.syncOperations.handler(type: ClientHandler.self)
      return (NIOLoopBound(handler, eventLoop: channel.eventLoop), handler.status)
    }.get()
    return ClientConnection(channel, handler, status, configuration, metadata)
  }

  /// Whether the connection is open. See `isAcceptingCalls` for whether it takes calls.
  public var isActive: Bool { channel.isActive }

  /// Ends the calls that run with CANCELLED and closes the connection.
  public func close() async {
    let handler = handler
    channel.eventLoop.execute {
      handler.value.close(RPCError(.cancelled, "the connection was closed by this client"))
    }
    try? await channel.closeFuture.get()
  }

  /// Returns when the connection is closed, by whichever side.
  public func waitUntilClosed() async {
    try? await channel.closeFuture.get()
  }

  /// The metadata of the connection, then that of the call.
  func merged(_ options: CallOptions) -> Metadata {
    if metadata.isEmpty { return options.metadata }
    return Metadata(entries: metadata.entries + options.metadata.entries)
  }
}
