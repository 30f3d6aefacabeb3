import NIOCore
import RPC
import TTRPCWire

// The ends and the messages of streams, always on the loop.
extension ServerConnection {
  func respond(_ stream: ServerStream, _ message: some RPCMessage) {
    guard machine.isOpen(stream.id) else { return stream.handlerAnswered() }
    scratch.clear()
    do {
      try message.encode(into: &scratch)
    } catch {
      return fail(stream, error)
    }
    respond(stream, encoded: scratch)
  }

  func respond(_ stream: ServerStream, encoded payload: ByteBuffer) {
    if let error = tooLarge(payload) { return fail(stream, error) }
    guard machine.streamEnded(stream.id) else { return stream.handlerAnswered() }
    outbound.writeResponse(stream.id, payload: payload)
    end(stream, .ok)
  }

  func fail(_ stream: ServerStream, _ error: any Error) {
    guard machine.streamEnded(stream.id) else { return stream.handlerAnswered() }
    let error = RPCError(thrown: error, logger: shared.logger)
    outbound.writeResponse(stream.id, error: error)
    end(stream, error.code)
  }

  /// Ends a call whose time is over. Its handler goes on until it notices, and counts until then.
  func expire(_ stream: ServerStream) {
    guard machine.streamEnded(stream.id) else { return }
    outbound.writeResponse(stream.id, error: .deadlineExceeded)
    streamEnded(stream, .deadlineExceeded)
    flushSoon()
  }

  func finish(_ stream: ServerStream) {
    guard machine.streamEnded(stream.id) else { return stream.handlerAnswered() }
    outbound.writeData(stream.id, payload: ByteBuffer(), flags: [.remoteClosed, .noData])
    end(stream, .ok)
  }

  private func end(_ stream: ServerStream, _ status: StatusCode) {
    stream.handlerAnswered()
    streamEnded(stream, status)
    flushSoon()
  }

  /// A stream has left the machine's table.
  func streamEnded(_ stream: ServerStream, _ status: StatusCode) {
    let context = stream.context
    stream.ended()
    callEnded(context, asked: stream.interceptorsAsked, status)
  }

  /// - Parameter asked: how many interceptors know of the call.
  func callEnded(_ context: ServerContext, asked: Int, _ status: StatusCode) {
    for interceptor in shared.interceptors.prefix(asked) {
      interceptor.ended(context, status: status)
    }
  }

  /// The error for an answer that no frame can carry.
  func tooLarge(_ payload: ByteBuffer) -> RPCError? {
    // The envelope adds a tag and a length of at most four bytes.
    let limit = FrameHeader.dataLengthMax - 5
    if payload.readableBytes <= limit { return nil }
    return RPCError(
      .resourceExhausted,
      "the answer has \(payload.readableBytes) bytes; a frame takes \(limit)"
    )
  }

  // MARK: A stream of answers

  func send(_ stream: ServerStream, _ message: some RPCMessage) -> StreamCredit {
    guard machine.isOpen(stream.id) else { return .closed }
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
    guard machine.isOpen(stream.id) else { return .closed }
    if let error = tooLarge(payload) {
      fail(stream, error)
      return .closed
    }
    outbound.writeData(stream.id, payload: payload)
    flushSoon()
    if hasCredit { return .available }
    guard stream.isStarved else {
      awaitCredit(stream)
      return .exhausted
    }
    stream.bytesBeyondCredit += payload.readableBytes + FrameHeader.length
    if stream.bytesBeyondCredit > shared.configuration.streamBytesMax {
      fail(stream, RPCError(.resourceExhausted, "the stream is not read as fast as it is written"))
      return .closed
    }
    return .exhausted
  }
}
