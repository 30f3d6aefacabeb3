import NIOCore
import TTRPCWire

// What goes out. Frames are collected and written once for each turn of the loop. While the server
// does not read, Requests and messages stay with their callers, who can still give up.
extension ClientHandler {
  /// Whether Requests and Data may be written now.
  var canWrite: Bool {
    guard let context else { return false }
    return context.channel.isWritable && outbound.byteCount < Self.flushBytesMax
  }

  /// The call may have messages to send.
  func messagesPending(_ call: PendingCall) {
    if call.isEnded || call.isReady || call.id == nil { return }
    call.isReady = true
    ready.append(call)
    if canWrite { flushSoon() }
  }

  /// Writes a frame of the extensions, which waits for nobody.
  func writeControl(_ write: (inout FrameWriter) -> Void) {
    if closeError != nil { return }
    let before = outbound.byteCount
    write(&outbound)
    unsentControlBytes += outbound.byteCount - before
    if unsentControlBytes > configuration.controlBytesMax {
      return fail("the server sends and does not read")
    }
    flushSoon()
  }

  func flushSoon() {
    if isFlushScheduled { return }
    isFlushScheduled = true
    let handler = NIOLoopBound(self, eventLoop: loop)
    loop.execute { handler.value.flush() }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { flushSoon() }
    context.fireChannelWritabilityChanged()
  }

  func flush() {
    isFlushScheduled = false
    collect()
    guard let context, context.channel.isWritable, let bytes = outbound.take() else { return }
    unsentControlBytes = 0
    context.writeAndFlush(Self.wrapOutboundOut(bytes), promise: nil)
    if canWrite, !(unsent.isEmpty && ready.isEmpty) { flushAgain() } else { flushesInARow = 0 }
  }

  /// The server takes all that is written, and writers bring more. The loop looks at its sockets only
  /// once it has nothing to run, hence the pause: else an upload would keep out the answers, its own
  /// and those of every other connection of the loop.
  private func flushAgain() {
    flushesInARow += 1
    if flushesInARow < Self.flushesInARowMax { return flushSoon() }
    flushesInARow = 0
    isFlushScheduled = true
    let handler = NIOLoopBound(self, eventLoop: loop)
    loop.scheduleTask(in: Self.pause) { handler.value.flush() }
  }

  /// Takes over what callers have, Requests first, as much as one write should hold.
  private func collect() {
    while canWrite, let call = unsent.popFirst() { send(call) }
    while canWrite, let call = ready.popFirst() {
      call.isReady = false
      drain(call)
    }
  }

  /// Writes a call's messages, in turns with those of other calls.
  private func drain(_ call: PendingCall) {
    guard let id = call.id, let messages = call.messages else { return }
    var turnBytes = 0
    while canWrite, turnBytes < Self.turnBytesMax {
      switch messages.take(where: call.sendWindow.admits) {
      case .message(let payload):
        outbound.writeData(id, payload: payload)
        call.sendWindow.sent(payload.readableBytes)
        turnBytes += payload.readableBytes + FrameHeader.length
      case .close:
        return outbound.writeData(id, payload: ByteBuffer(), flags: [.remoteClosed, .noData])
      // A grant or a new message brings it back.
      case .blocked, .nothing: return
      }
    }
    call.isReady = true
    ready.append(call)
  }

  /// Bytes in one write above which callers wait for the next one.
  private static let flushBytesMax = 256 << 10
  private static let flushesInARowMax = 32
  private static let pause = TimeAmount.microseconds(200)
  /// Bytes that a call may write before it is another one's turn.
  private static let turnBytesMax = 64 << 10
}
