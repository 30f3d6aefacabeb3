import HummingbirdCore
import Logging
import NIOCore

/// The connections of the listener, with TLS or without.
struct GatewayChannel: ServerChildChannel {
  typealias Value = HTTP1Channel.Value

  private let http: HTTP1Channel
  private let makeTLSHandler: (@Sendable () throws -> any ChannelHandler & RemovableChannelHandler)?

  init(
    responder: @escaping HTTPChannelHandler.Responder,
    _ settings: GatewaySettings,
    _ makeTLSHandler: (@Sendable () throws -> any ChannelHandler & RemovableChannelHandler)?
  ) {
    http = HTTP1Channel(
      responder: responder,
      configuration: HTTP1Channel.Configuration(
        idleTimeout: settings.idleTimeout,
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: settings.headerBytesMax,
          maxHeaderListSize: settings.headerBytesMax,
          maxHeaderFieldCount: 100
        )
      )
    )
    self.makeTLSHandler = makeTLSHandler
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    if let makeTLSHandler {
      do {
        try channel.pipeline.syncOperations.addHandler(try makeTLSHandler())
      } catch {
        return channel.eventLoop.makeFailedFuture(error)
      }
    }
    return http.setup(channel: channel, logger: logger)
  }

  func handle(value: Value, logger: Logger) async {
    await http.handle(value: value, logger: logger)
  }
}
