import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket
import ServerEngine

/// The connections of the listener, with TLS or without. They speak HTTP until one of them asks for a
/// WebSocket and may have it.
struct GatewayChannel: ServerChildChannel, HTTPChannelHandler {
  typealias HTTPStream = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

  /// What a connection has become, once its first request has come.
  enum Speech {
    case http(HTTPStream)
    case webSocket(EventSocket.Frames, AdmittedSocket)
  }

  struct Value: ServerChildChannelValue {
    let channel: any Channel
    let whatItSpeaks: EventLoopFuture<Speech>
  }

  typealias TLSHandlerMaker = @Sendable () throws -> any ChannelHandler & RemovableChannelHandler

  let responder: HTTPChannelHandler.Responder
  private let settings: GatewaySettings
  private let metrics: GatewayMetrics
  private let makeTLSHandler: TLSHandlerMaker?
  private let sockets: EventSockets
  private let executors: LoopExecutors

  init(
    responder: @escaping HTTPChannelHandler.Responder,
    _ gateway: Gateway,
    _ makeTLSHandler: TLSHandlerMaker?,
    _ executors: LoopExecutors
  ) {
    self.responder = responder
    self.makeTLSHandler = makeTLSHandler
    settings = gateway.settings
    metrics = gateway.metrics
    sockets = EventSockets(responder: gateway.responder, metrics: gateway.metrics)
    self.executors = executors
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    metrics.connectionOpened()
    channel.closeFuture.whenComplete { [metrics] _ in metrics.connectionClosed() }
    return channel.eventLoop.makeCompletedFuture {
      let pipeline = channel.pipeline.syncOperations
      if let makeTLSHandler { try pipeline.addHandler(try makeTLSHandler()) }
      try pipeline.addHandler(
        UnreadPatience(settings.unreadTimeout) { [metrics] in metrics.limitReached(.unread) }
      )
      let patience = FirstRequestPatience(settings.idleTimeout) { [metrics] in
        metrics.limitReached(.idle)
      }
      try pipeline.addHandler(patience)
      let whatItSpeaks = try pipeline.configureUpgradableHTTPServerPipeline(
        configuration: configuration(logger)
      )
      try pipeline.addHandlers(
        [RequestFraming(), UpgradeFilter()],
        position: .before(
          pipeline.handler(type: NIOTypedHTTPServerUpgradeHandler<Speech>.self)
        )
      )
      let bound = NIOLoopBound(patience, eventLoop: channel.eventLoop)
      whatItSpeaks.whenComplete { _ in
        // Fails only when the connection has closed meanwhile.
        channel.pipeline.syncOperations.removeHandler(bound.value, promise: nil)
      }
      return Value(channel: channel, whatItSpeaks: whatItSpeaks)
    }
  }

  /// Handles requests on the connection's own loop, where their calls run too: each change of threads
  /// would take longer than a small request.
  func handle(value: Value, logger: Logger) async {
    await withTaskExecutorPreference(executors[value.channel.eventLoop]) {
      await handleHere(value, logger)
    }
  }

  private func handleHere(_ value: Value, _ logger: Logger) async {
    // Fails when the connection closes before it has asked for anything.
    guard let spoken = try? await value.whatItSpeaks.get() else { return }
    switch spoken {
    case .http(let stream): await handleHTTP(asyncChannel: stream, logger: logger)
    case .webSocket(let frames, let socket): await sockets.run(frames, socket, logger)
    }
  }

  private func configuration(
    _ logger: Logger
  ) -> NIOUpgradableHTTPServerPipelineConfiguration<Speech> {
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderFieldSize = settings.headerBytesMax
    limits.maxHeaderListSize = settings.headerBytesMax
    limits.maxHeaderFieldCount = 100
    var configuration = NIOUpgradableHTTPServerPipelineConfiguration(
      upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(
        upgraders: [sockets.upgrader(logger)],
        notUpgradingCompletionHandler: { channel in
          channel.eventLoop.makeCompletedFuture { try speakHTTP(channel, logger) }
        }
      )
    )
    // The stream of requests is in order by itself.
    configuration.enablePipelining = false
    // What cannot be read is refused in its turn, by `RequestFraming`.
    configuration.enableErrorHandling = false
    // Checked by the types that are written.
    configuration.enableResponseHeaderValidation = false
    configuration.decoderConfiguration = limits
    return configuration
  }

  private func speakHTTP(_ channel: any Channel, _ logger: Logger) throws -> Speech {
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: makeTLSHandler != nil))
    try pipeline.addHandler(
      BodyPatience(settings) { [metrics] in metrics.limitReached(.bodySpeed) }
    )
    try pipeline.addHandler(
      HTTPConnectionStateHandler(
        idleTimeout: .nanoseconds(settings.idleTimeout.nanoseconds),
        logger: logger
      )
    )
    return .http(
      try NIOAsyncChannel(
        wrappingChannelSynchronously: channel,
        configuration: .init(isOutboundHalfClosureEnabled: true)
      )
    )
  }
}
