package import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Stands in the channel of a listener and stops accepting for a while when the system has no room
/// for one more connection, most of all when the process may open no more files.
///
/// The connection stays in the system's queue, so the listener is readable all the time, and without
/// a pause the loop does nothing but try. NIO's `AcceptBackoffHandler` delays the next `read`, but
/// none comes: a read that failed is still pending.
package final class AcceptBackoff: ChannelInboundHandler {
  package typealias InboundIn = any Channel

  private var resumption: Scheduled<Void>?

  package init() {}

  /// Stands before everything else in the channel of a listener that somebody else has made.
  package static func protect(_ listener: any Channel) {
    listener.eventLoop.execute {
      // Fails only when the listener has been closed meanwhile.
      try? listener.pipeline.syncOperations.addHandler(AcceptBackoff(), position: .first)
    }
  }

  package func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if let error = error as? IOError, Self.isShortage(error.errnoCode) { pause(context) }
    context.fireErrorCaught(error)
  }

  package func handlerRemoved(context: ChannelHandlerContext) {
    resumption?.cancel()
  }

  private func pause(_ context: ChannelHandlerContext) {
    guard resumption == nil else { return }
    Self.setAccepting(false, context.channel)
    let bound = NIOLoopBound((self, context.channel), eventLoop: context.eventLoop)
    resumption = context.eventLoop.scheduleTask(in: Self.duration) {
      let (handler, channel) = bound.value
      handler.resumption = nil
      Self.setAccepting(true, channel)
    }
  }

  /// Fails only when the listener has been closed meanwhile.
  private static func setAccepting(_ isAccepting: Bool, _ channel: any Channel) {
    try? channel.syncOptions?.setOption(.autoRead, value: isAccepting)
  }

  private static func isShortage(_ code: CInt) -> Bool {
    [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code)
  }

  private static let duration = TimeAmount.milliseconds(200)
}
