import Logging
package import NIOCore
import NIOPosix
import NIOSSL
import RPC
import ServerEngine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Server {
  /// Starts to accept connections.
  ///
  /// - Returns: the address, with the port that the system chose if port 0 was asked for.
  /// - Throws: `ListenError`, or what the system says, such as that the address is in use.
  public func listen(
    on address: ServiceAddress,
    options: ListenerOptions = ListenerOptions()
  ) async throws -> ServiceAddress {
    guard address.isEncrypted == (options.tls != nil) else {
      throw ListenError(
        address.isEncrypted
          ? "\(address) needs a certificate" : "\(address) is in plain text, but has a certificate"
      )
    }
    switch address {
    case .tcp(let host, let port):
      return .tcp(host: host, port: try await listen(host, port, options))
    case .tls(let host, let port):
      return .tls(host: host, port: try await listen(host, port, options))
    case .unix(let path):
      try await listen(path, options)
      return address
    }
  }

  private func listen(_ host: String, _ port: Int, _ options: ListenerOptions) async throws -> Int {
    let channel = try await tcpBootstrap(options)
      .bind(host: host, port: port).get()
    connections.add(listener: channel)
    return channel.localAddress?.port ?? port
  }

  private func tcpBootstrap(_ options: ListenerOptions) -> ServerBootstrap {
    let bootstrap = bootstrap(options).childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
    #if os(Linux)
    // Of a client that knows no pings, nothing else tells that its machine is gone: without this the
    // system sends to it for a quarter of an hour.
    let timeout = shared.configuration.unreadTimeout.nanoseconds / 1_000_000
    return bootstrap.childChannelOption(
      .tcpOption(.init(rawValue: TCP_USER_TIMEOUT)),
      value: .init(clamping: timeout)
    )
    #else
    return bootstrap
    #endif
  }

  private func listen(_ path: String, _ options: ListenerOptions) async throws {
    let socket = try UnixListenerSocket(path: path, mode: options.socketMode)
    let channel = try await bootstrap(options) { socket.setBacklog(Self.backlog) }
      .withBoundSocket(socket.descriptor).get()
    channel.closeFuture.whenComplete { _ in socket.removeFile() }
    connections.add(listener: channel)
  }

  /// - Parameter onOpened: called while the listener's descriptor is open and nobody is accepted.
  private func bootstrap(
    _ options: ListenerOptions,
    onOpened: @escaping @Sendable () -> Void = {}
  ) -> ServerBootstrap {
    let watermark = shared.configuration.streamWatermark
    return ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: Self.backlog)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { [self] channel in
        onOpened()
        return channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers(
            AcceptBackoff(),
            shared.acceptGate(admission)
          )
        }
      }
      .childChannelOption(
        .maxMessagesPerRead,
        value: UInt(ServerConfiguration.readsMax)
      )
      .childChannelOption(
        .recvAllocator,
        value: AdaptiveRecvByteBufferAllocator(
          minimum: 2048,
          initial: 4096,
          maximum: ServerConfiguration.readBytesMax
        )
      )
      .childChannelOption(
        .writeBufferWaterMark,
        value: .init(low: watermark / 4, high: watermark)
      )
      .childChannelInitializer { [self] channel in accept(channel, options) }
  }

  private static let backlog: Int32 = 1024

  // MARK: A connection

  private func accept(_ channel: any Channel, _ options: ListenerOptions) -> EventLoopFuture<Void> {
    guard connections.add(channel) else {
      channel.close(promise: nil)
      return channel.eventLoop.makeSucceededVoidFuture()
    }
    if let tls = options.tls {
      return channel.eventLoop.makeCompletedFuture { try shakeHands(channel, tls, options) }
    }
    // A Unix socket has no IP address.
    guard channel.remoteAddress?.ipAddress == nil else {
      return channel.eventLoop.makeCompletedFuture { try serve(channel, options) }
    }
    return PeerCredentials.of(channel).flatMapThrowing { [self] credentials in
      try serve(channel, options, credentials: credentials)
    }
  }

  /// Makes a connection of a channel, which must be on a loop of the server's group, for what tests
  /// and measures a connection without a network.
  package func accept(
    _ channel: any Channel,
    _ options: ListenerOptions = ListenerOptions()
  ) throws {
    guard connections.add(channel) else { throw ChannelError.inputClosed }
    if let tls = options.tls {
      try shakeHands(channel, tls, options)
    } else {
      try serve(channel, options)
    }
  }

  private func shakeHands(
    _ channel: any Channel,
    _ tls: ServerTLS,
    _ options: ListenerOptions
  ) throws {
    let handler = NIOSSLServerHandler(
      context: tls.context,
      configuration: TLSProfile.handlerConfiguration
    )
    let (shared, name) = (shared, ConnectionContext.name(of: channel))
    let gate = ServerHandshakeHandler(timeout: shared.configuration.handshakeTimeout) {
      [self] channel in
      let shown = channel.pipeline.syncOperations.nioSSLPeerCertificate
      try serve(channel, options, certificate: shown)
    } onFailed: { failure in
      let reason: String
      switch failure {
      case .timeout:
        shared.metrics.limitReached(.handshakeTimeout)
        reason = "too slow"
      case .error(let error):
        reason = "\(error)"
      }
      shared.logger.debug("no TLS handshake", metadata: ["peer": "\(name)", "error": "\(reason)"])
    }
    try channel.pipeline.syncOperations.addHandlers(handler, gate)
  }

  private func serve(
    _ channel: any Channel,
    _ options: ListenerOptions,
    certificate: PeerCertificate? = nil,
    credentials: PeerCredentials? = nil
  ) throws {
    guard let executor = executors[channel.eventLoop] else {
      throw ChannelError.inputClosed
    }
    let peer = ConnectionContext(
      eventLoop: channel.eventLoop,
      remoteAddress: ConnectionContext.name(of: channel),
      certificate: certificate,
      peerCredentials: credentials,
      claim: users.claims(
        of: channel,
        includingLoopback: shared.configuration.perAddressLimitsIncludeLoopback
      ) { [metrics = shared.metrics] in metrics.limitReached(.connectionsPerUser) }
    )
    if let identity = options.identify?(peer) { peer.bind(identity) }
    let connection = ServerConnection(shared, executor: executor, peer: peer)
    guard connections.attach(connection, to: channel) else { throw ChannelError.ioOnClosedChannel }
    try channel.pipeline.syncOperations.addHandler(connection)
  }
}

extension ChannelPipeline.SynchronousOperations {
  /// The client certificate that was verified in the handshake.
  fileprivate var nioSSLPeerCertificate: PeerCertificate? {
    let certificate = try? nioSSL_peerCertificate()
    return certificate.map { PeerCertificate($0) }
  }
}
