import Logging
import NIOCore
import TTRPCWire

/// Stands in the channel of a listener and lets through the connections that are admitted.
///
/// When the server is full, those that were accepted already wait here, and nothing more is
/// accepted until one of the others has closed: newcomers queue up in the system.
final class AcceptGate: ChannelDuplexHandler {
  typealias InboundIn = any Channel
  typealias InboundOut = any Channel
  typealias OutboundIn = Never

  private let admission: ConnectionAdmission
  private let shared: ServerShared
  /// Accepted and not admitted yet: no more than the listener accepts in one go.
  private var waiting: [(channel: any Channel, data: NIOAny)] = []
  private var isReadHeld = false
  private var context: ChannelHandlerContext?
  /// A flood must not flood the log.
  private var notices = RateBudget(burst: 5, perSecond: 1)

  init(_ admission: ConnectionAdmission, _ shared: ServerShared) {
    self.admission = admission
    self.shared = shared
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    for (channel, _) in waiting { channel.close(promise: nil) }
    waiting = []
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let channel = Self.unwrapInboundIn(data)
    if waiting.isEmpty, pass(channel, data, context) { return }
    shared.metrics.limitReached(.connections)
    notice("as many connections as there may be; new ones wait")
    waiting.append((channel, data))
  }

  func read(context: ChannelHandlerContext) {
    if waiting.isEmpty { context.read() } else { isReadHeld = true }
  }

  /// Out of descriptors, most of all: the handler before this one pauses.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    shared.metrics.limitReached(.connections)
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
      shared.metrics.limitReached(limit)
      notice("more connections from an address than it may have", limit.rawValue)
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
    shared.logger.notice(text, metadata: why.map { ["why": "\($0)"] })
  }
}
