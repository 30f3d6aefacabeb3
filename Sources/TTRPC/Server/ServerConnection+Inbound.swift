import NIOCore
import RPC
import TTRPCWire

/// What all streams of a connection have received and their handlers have not taken yet.
struct InboundBacklog {
  /// Memory that waits for handlers, in bytes.
  var waiting = 0
  /// Streams that hold more than they may.
  var fullStreams = 0
  /// Streams whose clients are owed a grant that was too small to be worth a frame at once.
  var owed: [ServerStream] = []
  var isSweepScheduled = false
  /// Set while the connection is not read because of the backlog.
  var stallTimer: Scheduled<Void>?
}

// The messages that clients send on streams, on their way to the handlers.
extension ServerConnection {
  /// Whether so much waits for handlers that nothing more is read.
  var isHeldBack: Bool {
    backlog.fullStreams > 0 || isOverInbound
  }

  /// Prepares a stream to receive messages.
  func expectMessages(_ stream: ServerStream) {
    let configuration = shared.configuration
    let hasWindow = machine.hasWindow(stream.id)
    let watermark = hasWindow ? configuration.initialWindow : configuration.streamInboundBytesMax
    stream.inbound =
      hasWindow
      ? InboundFlow(window: watermark, messageLengthMax: configuration.frameDataLengthMax)
      : InboundFlow(highWatermark: watermark)
    stream.payloads = PayloadQueue(
      reportAfter: watermark / 4,
      onConsumed: { [weak stream] consumed in stream?.consumed(consumed) },
      onAbandoned: {}
    )
  }

  func deliver(_ data: ByteBuffer, to stream: ServerStream, last: Bool) {
    defer { if last { stream.payloads?.end(.success(())) } }
    guard let payloads = stream.payloads, stream.inbound != nil else { return }
    let length = data.readableBytes
    stream.context.carried(receivedBytes: length)
    receive(length, on: stream)
    // A reader that was waiting has it already.
    if payloads.push(data) { consumed(.init(messages: 1, bytes: length), by: stream) }
    if isHeldBack { startStallTimer() }
  }

  private func receive(_ length: Int, on stream: ServerStream) {
    let wasOver = isOverInbound
    changeInbound(of: stream) { $0.received(length) }
    if isOverInbound && !wasOver { shared.metrics.limitReached(.inboundBytesPerConnection) }
  }

  private var isOverInbound: Bool { backlog.waiting > shared.configuration.inboundBytesMax }

  /// A Request waits for an interceptor, with its message.
  func holdBack(_ byteCount: Int) {
    let wasOver = isOverInbound
    backlog.waiting += byteCount
    if isOverInbound && !wasOver { shared.metrics.limitReached(.inboundBytesPerConnection) }
  }

  /// The interceptor has decided.
  func letGo(_ byteCount: Int) {
    let wasHeldBack = isHeldBack
    backlog.waiting -= byteCount
    if wasHeldBack && !isHeldBack { readAgain() }
  }

  /// A handler has taken messages of its stream.
  func consumed(_ consumed: PayloadQueue.Consumed, by stream: ServerStream) {
    guard stream.isOpen else { return }
    let wasHeldBack = isHeldBack
    let grant = changeInbound(of: stream) {
      $0.consumed(bytes: consumed.bytes, messages: consumed.messages)
    }
    if let grant = grant ?? nil {
      outbound.writeWindowUpdate(stream.id, grant)
      flushSoon()
    } else if stream.inbound.map({ $0.ungranted > 0 }) == true {
      owe(stream)
    }
    if wasHeldBack && !isHeldBack { readAgain() }
  }

  /// The stream has ended: nobody takes what it still holds.
  func releaseInbound(of stream: ServerStream) {
    guard let inbound = stream.inbound else { return }
    let wasHeldBack = isHeldBack
    backlog.waiting -= inbound.waiting
    if inbound.isFull { backlog.fullStreams -= 1 }
    stream.inbound = nil
    if wasHeldBack && !isHeldBack { readAgain() }
  }

  /// Changes what a stream holds and keeps the connection's sums right.
  @discardableResult
  private func changeInbound<Result>(
    of stream: ServerStream,
    _ body: (inout InboundFlow) -> Result
  ) -> Result? {
    guard var inbound = stream.inbound else { return nil }
    let before = inbound
    let result = body(&inbound)
    stream.inbound = inbound
    backlog.waiting += inbound.waiting - before.waiting
    if inbound.isFull != before.isFull {
      backlog.fullStreams += inbound.isFull ? 1 : -1
      if inbound.isFull {
        let hasWindow = machine.hasWindow(stream.id)
        shared.metrics.limitReached(hasWindow ? .initialWindow : .inboundBytesPerStream)
      }
    }
    return result
  }

  private func readAgain() {
    backlog.stallTimer?.cancel()
    backlog.stallTimer = nil
    resumeSoon()
  }

  // MARK: Small grants

  /// Grants what is left soon, together with what others are owed: a client may wait for its whole
  /// window.
  private func owe(_ stream: ServerStream) {
    if !backlog.owed.contains(where: { $0 === stream }) { backlog.owed.append(stream) }
    if backlog.isSweepScheduled { return }
    backlog.isSweepScheduled = true
    let connection = NIOLoopBound(self, eventLoop: peer.eventLoop)
    peer.eventLoop.scheduleTask(in: Self.sweepDelay) { connection.value.sweep() }
  }

  private func sweep() {
    backlog.isSweepScheduled = false
    let owed = backlog.owed
    backlog.owed = []
    for stream in owed where stream.isOpen {
      if let grant = stream.inbound?.grantAll() { outbound.writeWindowUpdate(stream.id, grant) }
    }
    flushSoon()
  }

  private static let sweepDelay = TimeAmount.milliseconds(10)

  // MARK: Handlers that do not read

  /// While one handler does not read, the other streams of the connection have to wait. That has
  /// an end.
  private func startStallTimer() {
    guard backlog.stallTimer == nil else { return }
    let connection = NIOLoopBound(self, eventLoop: peer.eventLoop)
    let before = machine.openCalls.filter { $0.inbound != nil }
      .map { (stream: $0, waiting: $0.waitingMessages) }
    backlog.stallTimer = peer.eventLoop.scheduleTask(in: shared.configuration.stallTimeout) {
      connection.value.stalled(before)
    }
  }

  /// - Parameter before: the streams when the wait began, and how many messages each held.
  private func stalled(_ before: [(stream: ServerStream, waiting: Int)]) {
    backlog.stallTimer = nil
    guard isHeldBack, !isClosing else { return }
    // A handler that waits for the peer to take its answers is not to blame.
    guard isWritable else { return startStallTimer() }
    // Nothing has been read meanwhile, so a stream that holds as many as before has not been read.
    let unread = before.filter { $0.stream.isOpen && $0.stream.waitingMessages == $0.waiting }
      .map(\.stream)
    var stalled = unread.filter { $0.inbound?.isFull == true }
    if backlog.fullStreams == 0, let most = unread.max(by: { $0.waitingBytes < $1.waitingBytes }) {
      stalled = [most]
    }
    for stream in stalled {
      shared.metrics.limitReached(.stallTimeout)
      abort(stream, RPCError(.resourceExhausted, "the stream is not read as fast as it is sent"))
    }
    if isHeldBack { startStallTimer() }
  }
}

extension ServerStream {
  /// Messages that wait for the handler.
  fileprivate var waitingMessages: Int { payloads?.waitingMessages ?? 0 }
  /// Memory that waits for the handler, in bytes.
  fileprivate var waitingBytes: Int { inbound?.waiting ?? 0 }
}
