package import NIOCore
import NIOPosix
import NIOSSL
import RPC

/// Opens the connections of clients.
package struct ClientDialing {
  let address: ServiceAddress
  let timeout: TimeAmount
  /// Needed for a `tls` address; nil means what the system trusts.
  let tls: ClientTLS?

  package init(address: ServiceAddress, timeout: TimeAmount, tls: ClientTLS?) {
    self.address = address
    self.timeout = timeout
    self.tls = tls
  }

  /// Connects, and completes the handshake where the address asks for one.
  ///
  /// - Parameter addHandlers: adds what speaks ttrpc, before the channel is active.
  /// - Throws: `RPCError`: UNAVAILABLE when nobody answers there or its certificate is not good,
  ///   INVALID_ARGUMENT when the address or the files can never work.
  package func connect(
    on group: any EventLoopGroup,
    addHandlers: @escaping @Sendable (any Channel) throws -> Void
  ) async throws -> any Channel {
    let bootstrap = ClientBootstrap(group: group).connectTimeout(timeout)
    switch address {
    case .tcp(let host, let port):
      if tls != nil {
        throw RPCError(.invalidArgument, "\(address) is in plain text; write tls://\(address)")
      }
      return try await connect(bootstrap, addHandlers) { bootstrap in
        bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1).connect(host: host, port: port)
      }
    case .tls(let host, let port):
      return try await connectEncrypted(bootstrap, host, port, addHandlers)
    case .unix(let path):
      if tls != nil { throw RPCError(.invalidArgument, "Unix sockets are not encrypted") }
      if let problem = UnixSocketPath(path).problem { throw RPCError(.invalidArgument, problem) }
      return try await connect(bootstrap, addHandlers) { bootstrap in
        bootstrap.connect(unixDomainSocketPath: path)
      }
    }
  }

  private func connect(
    _ bootstrap: ClientBootstrap,
    _ addHandlers: @escaping @Sendable (any Channel) throws -> Void,
    _ open: (ClientBootstrap) -> EventLoopFuture<any Channel>
  ) async throws -> any Channel {
    let bootstrap = bootstrap.channelInitializer { channel in
      channel.eventLoop.makeCompletedFuture { try addHandlers(channel) }
    }
    do {
      return try await open(bootstrap).get()
    } catch let error as RPCError {
      throw error
    } catch {
      throw RPCError(.unavailable, "nobody answers at \(address)")
    }
  }

  private func connectEncrypted(
    _ bootstrap: ClientBootstrap,
    _ host: String,
    _ port: Int,
    _ addHandlers: @escaping @Sendable (any Channel) throws -> Void
  ) async throws -> any Channel {
    let tls = try trust()
    let (address, timeout) = (address, timeout)
    return try await connect(bootstrap) { channel in
      try channel.pipeline.syncOperations.addHandlers(
        NIOSSLClientHandler(
          context: tls.context,
          serverHostname: tls.expectedName(of: host),
          configuration: TLSProfile.handlerConfiguration
        ),
        ClientHandshakeHandler(to: address, timeout: timeout, on: channel.eventLoop)
      )
      try addHandlers(channel)
    } _: { bootstrap in
      bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1).connect(host: host, port: port)
        .flatMap(Self.handshake)
    }
  }

  /// Of several connections to a name with several addresses, only the one that won is asked.
  private static func handshake(_ channel: any Channel) -> EventLoopFuture<any Channel> {
    let operations = channel.pipeline.syncOperations
    do {
      let handler = try operations.handler(type: ClientHandshakeHandler.self)
      return handler.completed.map { channel }
    } catch {
      return channel.eventLoop.makeFailedFuture(error)
    }
  }

  private func trust() throws(RPCError) -> ClientTLS {
    if let tls { return tls }
    do throws(TLSError) {
      return try ClientTLS()
    } catch {
      throw RPCError(.invalidArgument, error.description)
    }
  }
}
