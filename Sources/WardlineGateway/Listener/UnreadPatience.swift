import NIOCore

/// Closes a connection whose peer reads nothing of what waits for it: what is written to it may be an
/// answer, live events or a file.
///
/// A peer that reads slowly is left alone, since now and then there is room for more.
final class UnreadPatience: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let time: TimeAmount
  private let onEnd: @Sendable () -> Void
  private var timer: Scheduled<Void>?

  /// - Parameters:
  ///   - time: how long there may be no room for more.
  ///   - onEnd: called when the time was over.
  init(_ time: TimeAmount, onEnd: @escaping @Sendable () -> Void) {
    self.time = time
    self.onEnd = onEnd
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
    if !context.channel.isWritable {
      let channel = context.channel
      timer = context.eventLoop.scheduleTask(in: time) { [onEnd] in
        onEnd()
        channel.close(promise: nil)
      }
    }
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    context.fireChannelInactive()
  }
}
