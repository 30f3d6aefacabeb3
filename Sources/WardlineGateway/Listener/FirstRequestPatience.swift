import NIOCore
import NIOHTTP1

/// Closes a connection that asks for nothing: after a time, and at once when the server stops.
final class FirstRequestPatience: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  private let time: TimeAmount
  private let onEnd: @Sendable () -> Void
  private var timer: Scheduled<Void>?

  /// - Parameter onEnd: called when the time was over.
  init(_ time: TimeAmount, onEnd: @escaping @Sendable () -> Void) {
    self.time = time
    self.onEnd = onEnd
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let channel = context.channel
    timer = context.eventLoop.scheduleTask(in: time) { [onEnd] in
      onEnd()
      channel.close(promise: nil)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ChannelShouldQuiesceEvent { context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }
}
