import NIOCore
import NIOHTTP2
import RPC

// What clients send on their streams, on its way to the handlers.
extension GRPCConnection {
  /// Prepares a stream to receive messages.
  func expectMessages(_ stream: GRPCStream) {
    stream.payloads = PayloadQueue(
      reportAfter: shared.configuration.streamWindow / 4,
      onConsumed: { [weak stream] in stream?.consumed($0) },
      onAbandoned: {}
    )
  }

  /// Bytes of a stream, or its end.
  func received(_ bytes: ByteBuffer, isLast: Bool, on stream: GRPCStream) {
    stream.reader.received(bytes, isLast: isLast)
    var kept = 0
    loop: while stream.isOpen {
      switch stream.reader.next() {
      case .needsMoreBytes: break loop
      case .ended:
        stream.payloads?.end(.success(()))
        break loop
      case .message(let message):
        kept += deliver(message, to: stream)
        boundHeld(after: stream)
      case .violation(let error):
        violated(stream, error)
        break loop
      }
    }
    guard stream.isOpen else { return }
    noteIncomplete(stream)
    owe(bytes.readableBytes - kept, to: stream)
  }

  /// - Returns: bytes that the client may not send anew before the handler has taken the message.
  private func deliver(_ message: ByteBuffer, to stream: GRPCStream) -> Int {
    let length = message.readableBytes
    stream.context.carried(receivedBytes: length)
    guard let payloads = stream.payloads else {
      arrived(stream, message)
      return 0
    }
    // A reader that was waiting has it already.
    if payloads.push(message) { return 0 }
    let kept = length + GRPCMessageDecoder.prefixLength
    stream.heldBytes += kept
    heldBytes += kept
    return kept
  }

  /// Windows bound what waits for handlers, unless it was compressed: it may come out as much more.
  private func boundHeld(after stream: GRPCStream) {
    guard heldBytes > 2 * inboundLimit else { return }
    shared.metrics.limitReached(.inboundBytes)
    abort(
      stream,
      RPCError(
        .resourceExhausted,
        "messages of \(heldBytes) bytes wait on this connection; send fewer at once"
      )
    )
  }

  private func violated(_ stream: GRPCStream, _ error: RPCError) {
    if error.code == .resourceExhausted { shared.metrics.limitReached(.messageBytes) }
    abort(stream, error)
  }

  private var inboundLimit: Int {
    max(shared.configuration.inboundBytesMax, shared.configuration.messageLengthMax)
  }

  /// Keeps the sum of what is incomplete, which clients are granted at once, within its limit.
  private func noteIncomplete(_ stream: GRPCStream) {
    let change = stream.reader.waitingBytes - stream.incompleteBytes
    if change == 0 { return }
    stream.incompleteBytes += change
    incompleteBytes += change
    guard change > 0, incompleteBytes > inboundLimit else { return }
    shared.metrics.limitReached(.inboundBytes)
    abort(
      stream,
      RPCError(
        .resourceExhausted,
        "messages of \(inboundLimit) bytes are incomplete on this connection; send fewer at once"
      )
    )
  }

  /// A handler has taken messages of its stream.
  func consumed(_ consumed: PayloadQueue.Consumed, by stream: GRPCStream) {
    guard stream.isOpen else { return }
    let byteCount = consumed.bytes + consumed.messages * GRPCMessageDecoder.prefixLength
    let released = min(byteCount, stream.heldBytes)
    stream.heldBytes -= released
    heldBytes -= released
    owe(released, to: stream)
    flushSoon()
  }

  /// The stream has ended: nobody takes what it still holds.
  func releaseInbound(of stream: GRPCStream) {
    heldBytes -= stream.heldBytes
    stream.heldBytes = 0
    incompleteBytes -= stream.incompleteBytes
    stream.incompleteBytes = 0
    stream.payloads = nil
  }

  // MARK: Grants

  /// The client may send so many bytes more on the stream; it is told when they are many.
  private func owe(_ byteCount: Int, to stream: GRPCStream) {
    stream.owedBytes += byteCount
    guard stream.owedBytes >= shared.configuration.streamWindow / 2,
      !stream.reader.isRemoteClosed
    else { return }
    write(.windowUpdate(windowSizeIncrement: stream.owedBytes), stream.id)
    stream.owedBytes = 0
  }

  /// Grants on the connection what does not wait for handlers, once that is much.
  func grantConnection() {
    let increment = shared.configuration.inboundBytesMax - heldBytes - inboundWindow
    guard increment > 0, increment >= shared.configuration.inboundBytesMax / 2, !isClosing else {
      return
    }
    inboundWindow += increment
    write(.windowUpdate(windowSizeIncrement: increment), .rootStream)
  }
}
