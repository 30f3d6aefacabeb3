import NIOCore
import RPC
import TTRPCWire

// The ends and the messages of streams, always on the loop.
extension ServerConnection {
  func respond(_ stream: ServerStream, _ message: some RPCMessage) {
    guard stream.isOpen else { return stream.handlerAnswered() }
    scratch.clear()
    do {
      try message.encode(into: &scratch)
    } catch {
      return fail(stream, error)
    }
    respondWithScratch(stream)
  }

  /// Ends a stream with the answer that has been encoded.
  func respondWithScratch(_ stream: ServerStream) {
    if let error = tooLarge(scratch) { return fail(stream, error) }
    guard leaveTable(stream) else { return stream.handlerAnswered() }
    outbound.writeResponse(stream.id, payload: scratch)
    stream.sentBytes = scratch.readableBytes
    end(stream, .ok)
  }

  /// Ends a stream with an error, after the messages that wait for credit.
  func fail(_ stream: ServerStream, _ error: any Error) {
    guard stream.isOpen else { return stream.handlerAnswered() }
    end(stream, after: .fail(status(of: error)))
  }

  /// Ends a stream with an error at once; what waits for credit is dropped.
  func abort(_ stream: ServerStream, _ error: RPCError) {
    guard leaveTable(stream) else { return }
    outbound.writeResponse(stream.id, error: error)
    streamEnded(stream, error.code)
    flushSoon()
  }

  func finish(_ stream: ServerStream) {
    guard stream.isOpen else { return stream.handlerAnswered() }
    end(stream, after: .finish)
  }

  private func end(_ stream: ServerStream, after ending: ServerStream.Ending) {
    guard stream.ending == nil else { return stream.handlerAnswered() }
    if stream.outbound?.isEmpty == false {
      stream.ending = ending
      return stream.handlerAnswered()
    }
    perform(ending, of: stream)
  }

  /// Writes the end of a stream that has nothing left to send.
  func perform(_ ending: ServerStream.Ending, of stream: ServerStream) {
    guard leaveTable(stream) else { return stream.handlerAnswered() }
    switch ending {
    case .finish:
      outbound.writeData(stream.id, payload: ByteBuffer(), flags: [.remoteClosed, .noData])
      end(stream, .ok)
    case .fail(let error):
      outbound.writeResponse(stream.id, error: error)
      end(stream, error.code)
    }
  }

  private func end(_ stream: ServerStream, _ status: StatusCode) {
    stream.handlerAnswered()
    streamEnded(stream, status)
    flushIfMuch()
    flushSoon()
  }

  /// Takes a stream out of the machine's table, if its call ever came in there.
  ///
  /// - Returns: false when the stream had ended, and nothing may be sent on it.
  private func leaveTable(_ stream: ServerStream) -> Bool {
    stream.isInTable ? machine.streamEnded(stream.id) : stream.isOpen
  }

  /// A stream has left the machine's table.
  func streamEnded(_ stream: ServerStream, _ status: StatusCode) {
    let context = stream.context
    context.carried(sentBytes: stream.sentBytes)
    releaseInbound(of: stream)
    if let outbound = stream.outbound { ungrantedBytes -= outbound.waitingBytes }
    stream.ended()
    callEnded(context, asked: stream.interceptorsAsked, status)
    if machine.isDraining { closeIfDrained() }
  }

  /// - Parameter asked: how many interceptors know of the call.
  func callEnded(_ context: ServerContext, asked: Int, _ status: StatusCode) {
    tallyEnd(of: context, status)
    shared.interceptors.ended(context, asked: asked, status)
  }

  /// The error for an answer that no frame can carry.
  ///
  /// - Parameter envelope: bytes that the frame needs beside it.
  @inline(__always)
  func tooLarge(_ payload: ByteBuffer, envelope: Int = responseEnvelopeLength) -> RPCError? {
    let limit = FrameHeader.dataLengthMax - envelope
    return payload.readableBytes <= limit ? nil : tooLarge(payload.readableBytes, limit)
  }

  @inline(never)
  private func tooLarge(_ byteCount: Int, _ limit: Int) -> RPCError {
    RPCError(.resourceExhausted, "the answer has \(byteCount) bytes; a frame takes \(limit)")
  }

  /// A Response adds a tag and a length of at most four bytes to its payload.
  static let responseEnvelopeLength = 5

  // MARK: A stream of answers

  func send(_ stream: ServerStream, _ message: some RPCMessage) -> StreamCredit {
    guard stream.isOpen else { return .closed }
    scratch.clear()
    do {
      try message.encode(into: &scratch)
    } catch {
      fail(stream, error)
      return .closed
    }
    return send(stream, encoded: scratch)
  }

  func send(_ stream: ServerStream, encoded payload: ByteBuffer) -> StreamCredit {
    guard stream.isOpen, stream.ending == nil else { return .closed }
    if let error = tooLarge(payload, envelope: 0) {
      fail(stream, error)
      return .closed
    }
    stream.sentBytes &+= payload.readableBytes
    if stream.outbound?.take(payload) == false {
      shared.metrics.windowStalled()
      if !keepUngranted(payload.readableBytes) { return .closed }
    } else {
      outbound.writeData(stream.id, payload: payload)
      flushIfMuch()
      flushSoon()
    }
    return credit(of: stream, afterSending: payload.readableBytes + FrameHeader.length)
  }

  func send(_ stream: ServerStream, encoded payloads: [ByteBuffer]) -> StreamCredit {
    guard stream.isOpen, stream.ending == nil else { return .closed }
    guard stream.outbound == nil,
      let length = outbound.writeData(stream.id, payloads: payloads, atMost: Self.batchBytesMax)
    else {
      var credit = hasCredit(stream) ? StreamCredit.available : .exhausted
      for payload in payloads where credit != .closed {
        credit = send(stream, encoded: payload)
      }
      return credit
    }
    stream.sentBytes &+= length - payloads.count * FrameHeader.length
    flushIfMuch()
    flushSoon()
    return credit(of: stream, afterSending: length)
  }

  /// More messages than this are written one by one, with a look after each at what waits.
  private static let batchBytesMax = 256 << 10

  /// Whether a stream may go on after it has sent so many bytes. One that was told to wait and does
  /// not is ended in the end.
  private func credit(of stream: ServerStream, afterSending byteCount: Int) -> StreamCredit {
    if hasCredit(stream) { return .available }
    guard stream.isStarved else {
      awaitCredit(stream)
      return .exhausted
    }
    stream.bytesBeyondCredit += byteCount
    if stream.bytesBeyondCredit > shared.configuration.streamBytesMax {
      shared.metrics.limitReached(.outboundBytesPerStream)
      abort(
        stream,
        RPCError(.resourceExhausted, "the stream is not read as fast as it is written")
      )
      return .closed
    }
    return .exhausted
  }
}
