import Logging
import NIOCore
import RPC
import ServerEngine
import TTRPCWire

// What leaves the connection: everything that one turn of the loop has to say in one write.
extension ServerConnection {
  /// Sends what has been written by the end of this turn of the loop.
  func flushSoon() {
    if isHandlingRead || isFlushScheduled { return }
    isFlushScheduled = true
    executor.flushSoon(self)
  }

  /// What `flushSoon` has promised.
  func flushNow() {
    isFlushScheduled = false
    flush()
    isTurnFull = false
    returnCredit()
    reportPass()
  }

  func flush() {
    if scratch.capacity > FrameWriter.keptCapacity { scratch = ByteBuffer() }
    guard let context, let bytes = outbound.take() else { return }
    isFlushing = true
    context.writeAndFlush(Self.wrapOutboundOut(bytes), promise: automaticAnswersTaken(context))
    isFlushing = false
    isWritable = context.channel.isWritable
    let waiting = isWritable ? 0 : waitingBytes(context)
    noteWhetherFull(waiting)
    shared.metrics.sent(
      frames: outbound.takeFrameCount(),
      bytes: bytes.readableBytes,
      waiting: waiting
    )
    noteWhetherUnread()
    guard !isWritable, !isClosing else { return }
    if waiting + ungrantedBytes > shared.configuration.outboundBytesMax { closeUnread() }
  }

  func waitingBytes(_ context: ChannelHandlerContext) -> Int {
    (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
  }

  /// Once so much waits for the peer that its requests are not read, they are read again when the
  /// channel is writable.
  func noteWhetherFull(_ waiting: Int) {
    if isWritable { return }
    let watermark = shared.configuration.outboundHighWatermark
    // The channel is not writable from the lesser of the two watermarks on.
    if waiting >= watermark || watermark <= shared.configuration.streamWatermark { isFull = true }
  }

  /// Sends what has been written when it is much, instead of letting the answers of a whole turn pile
  /// up. Streams are told to wait for the next turn all the same: one whose peer takes everything
  /// would never end.
  func flushIfMuch() {
    guard outbound.byteCount >= shared.configuration.outboundHighWatermark else { return }
    isTurnFull = true
    flush()
  }

  /// Counts a message that waits for a grant.
  ///
  /// - Returns: false when there are too many, and the connection was closed.
  func keepUngranted(_ byteCount: Int) -> Bool {
    ungrantedBytes += byteCount + InboundFlow.messageCost
    if ungrantedBytes <= shared.configuration.outboundBytesMax { return true }
    if !isClosing { closeUnread() }
    return false
  }

  private func closeUnread() {
    shared.metrics.limitReached(.outboundBytesPerConnection)
    closeNow(because: "the peer does not take its answers")
  }

  /// Closes without trying to write what waits.
  private func closeNow(because reason: String) {
    shared.logger.notice("\(reason)", metadata: ["peer": "\(peer.remoteAddress)"])
    isClosing = true
    context?.close(promise: nil)
  }

  // MARK: Answers that nobody asked a handler for

  /// Counts an answer that the protocol has given by itself. A peer that provokes them and does not
  /// take them is cut off.
  func countAutomaticAnswer() {
    automaticAnswers.unwritten += 1
    let pending = automaticAnswers.unwritten + automaticAnswers.untaken
    guard pending > shared.configuration.automaticAnswersMax, !isClosing else { return }
    shared.metrics.limitReached(.automaticAnswers)
    closeNow(because: "too many answers that the peer provoked and does not take")
  }

  private func automaticAnswersTaken(_ context: ChannelHandlerContext) -> EventLoopPromise<Void>? {
    let count = automaticAnswers.unwritten
    if count == 0 { return nil }
    automaticAnswers = (unwritten: 0, untaken: automaticAnswers.untaken + count)
    let promise = context.eventLoop.makePromise(of: Void.self)
    promise.futureResult.assumeIsolated().whenComplete { _ in
      self.automaticAnswers.untaken -= count
    }
    return promise
  }
}
