import NIOCore
import NIOHTTPTypes

/// Closes a connection whose body comes so slowly that it can only be meant to keep the connection:
/// one byte now and then is not silence.
///
/// Only what the server asks for is waited for. While it does not read, because it is slow itself, no
/// time passes for the peer.
final class BodyPatience: ChannelDuplexHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let time: TimeAmount
  /// So many bytes come within the time, or the connection is closed.
  private let bytesMin: Int
  private let onEnd: @Sendable () -> Void
  private var looks: RepeatedTask?
  private var received = 0
  /// A request has begun, and not all of it has come.
  private var isUnderWay = false
  /// The server has asked for more, and nothing has come.
  private var isWaiting = false

  /// - Parameter onEnd: called when a body was given up.
  init(_ settings: GatewaySettings, onEnd: @escaping @Sendable () -> Void) {
    time = settings.idleTimeout
    bytesMin = settings.bodyBytesPerSecondMin * Int(max(1, time.nanoseconds / 1_000_000_000))
    self.onEnd = onEnd
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    isWaiting = false
    switch Self.unwrapInboundIn(data) {
    case .head:
      received = 0
      isUnderWay = true
    case .body(let bytes): received += bytes.readableBytes
    case .end:
      isUnderWay = false
      end()
    }
    context.fireChannelRead(data)
  }

  /// Most requests come whole: time is taken for those that do not.
  func channelReadComplete(context: ChannelHandlerContext) {
    if isUnderWay, looks == nil { begin(context) }
    context.fireChannelReadComplete()
  }

  func read(context: ChannelHandlerContext) {
    isWaiting = true
    context.read()
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { end() }

  private func begin(_ context: ChannelHandlerContext) {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    looks = context.eventLoop.scheduleRepeatedTask(initialDelay: time, delay: time) { _ in
      let (handler, context) = bound.value
      handler.look(context)
    }
  }

  private func look(_ context: ChannelHandlerContext) {
    defer { received = 0 }
    guard isWaiting, received < bytesMin else { return }
    end()
    onEnd()
    context.close(promise: nil)
  }

  private func end() {
    looks?.cancel()
    looks = nil
  }
}
