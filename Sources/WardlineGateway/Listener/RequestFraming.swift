import NIOCore
import NIOHTTP1

/// Keeps requests and answers of a connection together where NIO and Hummingbird leave it to others:
/// what cannot be read is refused in its turn and closes the connection, HEAD gets no body, HTTP/1.0
/// no chunks, and a client that asks whether it may send a body is told.
final class RequestFraming: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// Sent out along the pipeline when somebody is about to read a body.
  struct BodyWanted: Sendable {}

  /// How long the peer may take to close after it was told that nothing more is read: closing at once
  /// could take the answer along.
  private static let farewellTime = TimeAmount.seconds(1)

  private var exchanges = HTTPExchanges()
  /// The connection speaks something else: what comes and goes is no HTTP.
  private var isUpgraded = false

  // MARK: What comes

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isUpgraded { return context.fireChannelRead(data) }
    if exchanges.isBroken { return }
    switch Self.unwrapInboundIn(data) {
    case .head(var head):
      switch exchanges.received(head) {
      case .goOn: break
      case let step:
        perform(step, context)
        return context.fireErrorCaught(HTTPParserError.unknown)
      }
      if head.version == .http1_0
        || head.headers[canonicalForm: "Connection"].contains(where: isClose)
      {
        head.headers.replaceOrAdd(name: "Connection", value: "close")
      }
      return context.fireChannelRead(Self.wrapInboundOut(.head(head)))
    case .body: exchanges.receivedBody()
    case .end: exchanges.receivedEnd()
    }
    context.fireChannelRead(data)
  }

  private func isClose(_ option: Substring) -> Bool { option.lowercased() == "close" }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !isUpgraded, let error = error as? HTTPParserError else {
      return context.fireErrorCaught(error)
    }
    if exchanges.isBroken { return }
    perform(exchanges.broke(.badRequest), context)
    // Who reads the body of the last request learns that there is no more of it.
    context.fireErrorCaught(error)
  }

  func triggerUserOutboundEvent(
    context: ChannelHandlerContext,
    event: Any,
    promise: EventLoopPromise<Void>?
  ) {
    guard event is BodyWanted else {
      return context.triggerUserOutboundEvent(event, promise: promise)
    }
    promise?.succeed()
    guard !isUpgraded, exchanges.wantsBody() else { return }
    let head = HTTPResponseHead(version: .http1_1, status: .continue)
    context.writeAndFlush(Self.wrapOutboundOut(.head(head)), promise: nil)
  }

  // MARK: What goes

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if isUpgraded { return context.write(data, promise: promise) }
    // Somebody else has refused what could not be read, too.
    if exchanges.isOver { return drop(promise) }
    let isForHead = exchanges.front?.isHead == true
    switch Self.unwrapOutboundIn(data) {
    case .head(var head):
      if head.status == .switchingProtocols { isUpgraded = true }
      if exchanges.front?.isOld == true { head.version = .http1_0 }
      context.write(Self.wrapOutboundOut(.head(head)), promise: promise)
    case .body:
      if isForHead { return drop(promise) }
      context.write(data, promise: promise)
    case .end:
      if isForHead {
        // Written as an end it would be the last chunk of a body.
        drop(promise)
      } else {
        context.write(data, promise: promise)
      }
      perform(exchanges.answered(), context)
    }
  }

  private func drop(_ promise: EventLoopPromise<Void>?) { promise?.succeed() }

  private func perform(_ step: HTTPExchanges.Step, _ context: ChannelHandlerContext) {
    switch step {
    case .goOn: return
    case .close: break
    case .refuse(let status):
      let headers: HTTPHeaders = ["Connection": "close", "Content-Length": "0"]
      let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
      context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
      context.write(Self.wrapOutboundOut(.end(nil)), promise: nil)
    }
    context.flush()
    let channel = context.channel
    context.close(mode: .output, promise: nil)
    context.eventLoop.scheduleTask(in: Self.farewellTime) { channel.close(promise: nil) }
  }
}
