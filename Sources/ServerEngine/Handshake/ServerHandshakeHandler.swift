package import NIOCore
import NIOSSL
import NIOTLS

/// Waits for the TLS handshake of an accepted connection, and only then lets the connection be
/// served. Stands behind the TLS handler, so that nothing in plain text ever comes by.
package final class ServerHandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
  package typealias InboundIn = ByteBuffer

  package enum Failure {
    case timeout
    case error(any Error)
  }

  private let timeout: TimeAmount
  private let onCompleted: (any Channel) throws -> Void
  private let onFailed: (Failure) -> Void
  private var timer: Scheduled<Void>?
  private var isOver = false

  package init(
    timeout: TimeAmount,
    onCompleted: @escaping (any Channel) throws -> Void,
    onFailed: @escaping (Failure) -> Void
  ) {
    self.timeout = timeout
    self.onCompleted = onCompleted
    self.onFailed = onFailed
  }

  package func handlerAdded(context: ChannelHandlerContext) {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: timeout) {
      let (handler, context) = bound.value
      handler.fail(.timeout, context)
    }
  }

  package func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
  }

  package func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
    context.fireChannelInactive()
  }

  package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case .handshakeCompleted = event as? TLSUserEvent, !isOver else {
      return context.fireUserInboundEventTriggered(event)
    }
    isOver = true
    do {
      try onCompleted(context.channel)
      context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    } catch {
      close(context)
    }
  }

  package func errorCaught(context: ChannelHandlerContext, error: any Error) {
    fail(.error(error), context)
  }

  private func fail(_ failure: Failure, _ context: ChannelHandlerContext) {
    if isOver { return }
    isOver = true
    onFailed(failure)
    close(context)
  }

  /// Closes at once: the TLS handler would wait for a farewell that this peer owes nobody.
  private func close(_ context: ChannelHandlerContext) {
    let below = try? context.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
    (below ?? context).close(promise: nil)
  }
}
