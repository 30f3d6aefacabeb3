package import Logging
package import NIOCore
import RPC

/// Stands in the channel of a listener and lets through the connections that are admitted.
///
/// When the server is full, those that were accepted already wait here, and nothing more is
/// accepted until one of the others has closed: newcomers queue up in the system.
package final class AcceptGate: ChannelDuplexHandler {
  package typealias InboundIn = any Channel
  package typealias InboundOut = any Channel
  package typealias OutboundIn = Never

  private let admission: ConnectionAdmission
  private let logger: Logger
  private let onLimit: (ConnectionAdmission.Limit) -> Void
  /// Accepted and not admitted yet: no more than the listener accepts in one go.
  private var waiting: [(channel: any Channel, data: NIOAny)] = []
  private var isReadHeld = false
  private var context: ChannelHandlerContext?
  /// A flood must not flood the log.
  private var notices = RateBudget(burst: 5, perSecond: 1)

  /// - Parameter onLimit: told of each connection that has to wait or is refused.
  package init(
    _ admission: ConnectionAdmission,
    logger: Logger,
    onLimit: @escaping (ConnectionAdmission.Limit) -> Void
  ) {
    self.admission = admission
    self.logger = logger
    self.onLimit = onLimit
  }

  package func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  package func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    for (channel, _) in waiting { channel.close(promise: nil) }
    waiting = []
  }

  package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let channel = Self.unwrapInboundIn(data)
    if waiting.isEmpty, pass(channel, data, context) { return }
    onLimit(.connections)
    notice("as many connections as there may be; new ones wait")
    waiting.append((channel, data))
  }

  package func read(context: ChannelHandlerContext) {
    if waiting.isEmpty { context.read() } else { isReadHeld = true }
  }

  /// Out of descriptors, most of all: the handler before this one pauses.
  package func errorCaught(context: ChannelHandlerContext, error: any Error) {
    onLimit(.connections)
    notice("connections cannot be accepted", "\(error)")
  }

  /// - Returns: false when it has to wait.
  private func pass(
    _ channel: any Channel,
    _ data: NIOAny,
    _ context: ChannelHandlerContext
  ) -> Bool {
    let address = AddressKey(channel.remoteAddress)
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let loop = context.eventLoop
    switch admission.admit(address, onRoom: { loop.execute { bound.value.resume() } }) {
    case .full:
      return false
    case .refused(let limit):
      onLimit(limit)
      notice("more connections from an address than it may have", "\(limit)")
      channel.close(promise: nil)
    case .admitted:
      let admission = admission
      channel.closeFuture.whenComplete { _ in admission.release(address) }
      context.fireChannelRead(data)
    }
    return true
  }

  private func resume() {
    guard let context else { return }
    var passed = 0
    while passed < waiting.count, pass(waiting[passed].channel, waiting[passed].data, context) {
      passed += 1
    }
    waiting.removeFirst(passed)
    guard waiting.isEmpty, isReadHeld else { return }
    isReadHeld = false
    context.read()
  }

  private func notice(_ text: Logger.Message, _ why: String? = nil) {
    guard notices.spend(at: Int64(clamping: NIODeadline.now().uptimeNanoseconds)) else { return }
    logger.notice(text, metadata: why.map { ["why": "\($0)"] })
  }
}
