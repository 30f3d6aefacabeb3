import NIOCore
import NIOSSL
import NIOTLS
import RPC

/// Waits for the TLS handshake of a connection that a client opened, and says in plain words why it
/// failed.
final class ClientHandshakeHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let server: ServiceAddress
  private let timeout: TimeAmount
  private let promise: EventLoopPromise<Void>
  private var timer: Scheduled<Void>?
  private var isOver = false

  init(to server: ServiceAddress, timeout: TimeAmount, on loop: any EventLoop) {
    self.server = server
    self.timeout = timeout
    promise = loop.makePromise()
  }

  /// Fails with an `RPCError` when the handshake does.
  var completed: EventLoopFuture<Void> { promise.futureResult }

  func handlerAdded(context: ChannelHandlerContext) {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: timeout) {
      let (handler, context) = bound.value
      handler.fail("it did not complete the TLS handshake in time", context)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    end(.failure(RPCError(.unavailable, "the connection to \(server) was closed")))
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail("it closed the connection during the TLS handshake", context)
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case .handshakeCompleted = event as? TLSUserEvent else {
      return context.fireUserInboundEventTriggered(event)
    }
    end(.success(()))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if isOver { return context.fireErrorCaught(error) }
    fail(Self.reason(error), context)
  }

  private func fail(_ reason: String, _ context: ChannelHandlerContext) {
    if isOver { return }
    end(.failure(RPCError(.unavailable, "no TLS connection to \(server): \(reason)")))
    context.close(promise: nil)
  }

  private func end(_ result: Result<Void, any Error>) {
    if isOver { return }
    isOver = true
    timer?.cancel()
    timer = nil
    promise.completeWith(result)
  }

  private static func reason(_ error: any Error) -> String {
    if let error = error as? NIOSSLExtraError,
      error == .failedToValidateHostname || error == .serverHostnameImpossibleToMatch
    {
      return "its certificate is for another host"
    }
    guard case .handshakeFailed(.sslError(let stack)) = error as? NIOSSLError else {
      return "the handshake failed"
    }
    let text = stack.map(\.description).joined(separator: " ")
    if text.contains("CERTIFICATE_VERIFY_FAILED") {
      return "its certificate is not of an issuer that is trusted here, or is not valid now"
    }
    if text.contains("WRONG_VERSION_NUMBER") { return "it does not speak TLS there" }
    if text.contains("PROTOCOL_VERSION") { return "it speaks neither TLS 1.2 nor 1.3" }
    return "the handshake failed"
  }
}
