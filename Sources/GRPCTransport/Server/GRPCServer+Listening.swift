import Logging
package import NIOCore
import NIOHTTP2
import NIOPosix
import NIOSSL
import RPC
import ServerEngine

extension GRPCServer {
  /// Starts to accept connections.
  ///
  /// - Returns: the port, which the system has chosen if 0 was asked for.
  /// - Throws: what the system says, such as that the address is in use.
  public func listen(
    host: String,
    port: Int,
    options: GRPCListenerOptions = GRPCListenerOptions()
  ) async throws -> Int {
    let channel = try await bootstrap(options).bind(host: host, port: port).get()
    connections.add(listener: channel)
    return channel.localAddress?.port ?? port
  }

  private func bootstrap(_ options: GRPCListenerOptions) -> ServerBootstrap {
    let metrics = shared.metrics
    return ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { [self] channel in
        channel.eventLoop.makeCompletedFuture {
          let gate = AcceptGate(admission, logger: shared.logger) {
            metrics.limitReached(GRPCLimit($0))
          }
          try channel.pipeline.syncOperations.addHandlers(AcceptBackoff(), gate)
        }
      }
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.maxMessagesPerRead, value: 4)
      .childChannelOption(
        .recvAllocator,
        value: AdaptiveRecvByteBufferAllocator(minimum: 2048, initial: 4096, maximum: 256 << 10)
      )
      .childChannelOption(
        .writeBufferWaterMark,
        value: .init(low: Self.writeWatermark / 4, high: Self.writeWatermark)
      )
      .childChannelInitializer { [self] channel in
        channel.eventLoop.makeCompletedFuture { try accept(channel, options) }
      }
  }

  /// Bytes waiting for the socket from which on streams wait too.
  private static let writeWatermark = 64 << 10

  // MARK: A connection

  /// Makes a connection of a channel, which must be on a loop of the server's group.
  package func accept(
    _ channel: any Channel,
    _ options: GRPCListenerOptions = GRPCListenerOptions()
  ) throws {
    guard connections.add(channel) else { throw ChannelError.inputClosed }
    if let context = try options.tls?() {
      try shakeHands(channel, context, options)
    } else {
      try serve(channel, options, certificate: nil)
    }
  }

  private func shakeHands(
    _ channel: any Channel,
    _ context: NIOSSLContext,
    _ options: GRPCListenerOptions
  ) throws {
    var configuration = NIOSSLHandler.Configuration()
    configuration.maximumPreservedOutboundBufferCapacity = 64 << 10
    let handler = NIOSSLServerHandler(context: context, configuration: configuration)
    let (shared, name) = (shared, ConnectionContext.name(of: channel))
    let gate = ServerHandshakeHandler(timeout: shared.configuration.handshakeTimeout) {
      [self] channel in
      let shown = try? channel.pipeline.syncOperations.nioSSL_peerCertificate()
      try serve(channel, options, certificate: shown.map { PeerCertificate($0) })
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
    _ options: GRPCListenerOptions,
    certificate: PeerCertificate?
  ) throws {
    guard let executor = executors[channel.eventLoop] else {
      throw ChannelError.inputClosed
    }
    let peer = ConnectionContext(
      eventLoop: channel.eventLoop,
      remoteAddress: ConnectionContext.name(of: channel),
      certificate: certificate,
      isOfOneCaller: false,
      claim: users.claims(
        of: channel,
        includingLoopback: shared.configuration.perAddressLimitsIncludeLoopback
      ) { [metrics = shared.metrics] in metrics.limitReached(.connectionsPerUser) }
    )
    if let identity = options.identify?(peer) { peer.bind(identity) }
    let gatherer = WriteGatherer()
    let connection = GRPCConnection(shared, executor: executor, peer: peer, gatherer: gatherer)
    guard connections.attach(connection, to: channel) else { throw ChannelError.ioOnClosedChannel }
    try channel.pipeline.syncOperations.addHandlers(
      gatherer,
      NIOHTTP2Handler(shared.configuration, delegate: connection.farewell),
      connection
    )
  }
}

extension NIOHTTP2Handler {
  /// Makes frames of bytes, and keeps to the limits that are HTTP/2's own.
  convenience init(_ limits: GRPCConfiguration, delegate: any NIOHTTP2FrameDelegate) {
    var connection = ConnectionConfiguration()
    connection.initialSettings = [
      HTTP2Setting(parameter: .maxConcurrentStreams, value: limits.callsPerConnectionMax),
      HTTP2Setting(parameter: .initialWindowSize, value: limits.streamWindow),
      HTTP2Setting(parameter: .maxHeaderListSize, value: limits.metadataBytesMax + (56 << 10)),
      HTTP2Setting(parameter: .enableConnectProtocol, value: 0),
    ]
    // Pings are counted by the connection, which knows when a client has a reason for them.
    connection.controlFrameRateLimit.maximumCount = .max
    // What a client has sent before it hears of a refusal is no fault of its own.
    connection.maximumRecentlyResetStreams = limits.callsPerConnectionMax
    connection.maximumSequentialEmptyDataFrames = 16
    var stream = StreamConfiguration()
    let window = 30
    stream.streamResetFrameRateLimit.windowLength = .seconds(Int64(window))
    stream.streamResetFrameRateLimit.maximumCount =
      limits.cancelBurst + limits.cancelsPerSecond * window
    self.init(
      mode: .server,
      frameDelegate: delegate,
      connectionConfiguration: connection,
      streamConfiguration: stream
    )
  }
}
