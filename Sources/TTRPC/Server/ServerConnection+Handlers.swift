import NIOCore
import ProtobufC
import RPC
import ServerEngine
import TTRPCWire

// Running a handler, in the way that suits its method.
extension ServerConnection {
  /// Answers a call at once: no stream, and nothing of it is kept.
  func answer(
    _ id: StreamID,
    _ context: inout ServerContext,
    _ handler: Invocation.Inline,
    _ payload: UnsafeRawBufferPointer
  ) {
    scratch.clear()
    do {
      try handler(payload.bytes, context, &scratch)
      if let error = tooLarge(scratch) { throw error }
      outbound.writeResponse(id, payload: scratch)
      context.carried(sentBytes: scratch.readableBytes)
      callEnded(context, asked: shared.interceptors.count, .ok)
    } catch {
      let answer = status(of: error, in: payload.count)
      outbound.writeResponse(id, error: answer)
      callEnded(context, asked: shared.interceptors.count, answer.code)
      countIfMalformed(error)
    }
  }

  /// Runs the handler of a call that is, or becomes, a stream.
  func invoke(
    _ arrival: Arrival,
    _ payload: UnsafeRawBufferPointer,
    _ opened: ServerStream?
  ) {
    let stream = opened ?? open(arrival)
    do {
      switch arrival.method.invocation {
      case .inline(let handler):
        scratch.clear()
        try handler(payload.bytes, arrival.context, &scratch)
        respondWithScratch(stream)
      case .deferred(let handler):
        if arrival.method.descriptor.kind == .unary { stream.handlerEnd = .answer }
        try handler(payload.bytes, arrival.context, stream)
      case .async(let handler):
        run(try handler(payload.bytes, arrival.context, stream), for: stream)
      case .streaming(let handler):
        guard let payloads = stream.payloads else { return }
        deliverFirst(payload, to: stream, arrival.flags)
        run(handler(payloads, arrival.context, stream), for: stream)
      }
    } catch {
      fail(stream, status(of: error, in: payload.count))
      countIfMalformed(error)
    }
  }

  /// Runs a handler that may answer before it returns: a stream is opened for one that did not.
  ///
  /// No frame is handled meanwhile, so nobody can miss the stream in the table. The connection may end,
  /// though: what the handler sends on another stream of it may be more than its peer may leave unread.
  func answerOrOpen(
    _ header: FrameHeader,
    _ method: ServerMethod,
    _ context: ServerContext,
    _ handler: Invocation.Deferred,
    _ payload: UnsafeRawBufferPointer
  ) {
    var stream = stream(header.streamID, context)
    stream.handlerEnd = .answer
    do {
      try handler(payload.bytes, context, stream)
      if stream.isOpen {
        if isGone { return streamEnded(stream, .cancelled) }
        return enterTable(stream, method.descriptor.kind, header.flags)
      }
    } catch {
      fail(stream, status(of: error, in: payload.count))
      countIfMalformed(error)
    }
    keep(&stream)
  }

  /// A stream for a call that all interceptors have let in.
  private func stream(_ id: StreamID, _ context: ServerContext) -> ServerStream {
    let asked = shared.interceptors.count
    guard let spare = spareStream.take() else {
      return ServerStream(id, context, asked: asked, connection: self)
    }
    idleContext = spare.renew(id, context, asked: asked)
    return spare
  }

  /// Keeps a stream that has ended for the next call, unless the handler has kept it too.
  private func keep(_ stream: inout ServerStream) {
    guard !isClosing, isKnownUniquelyReferenced(&stream) else { return }
    var context =
      idleContext.take()
      ?? ServerContext(method: stream.context.method, connection: peer, startedAt: pass.startedAt)
    swap(&context, &stream.context)
    spareContext = context
    spareStream = stream
  }

  /// The Request of a stream may carry its first message, and may say that it is the last.
  private func deliverFirst(
    _ payload: UnsafeRawBufferPointer,
    to stream: ServerStream,
    _ flags: FrameFlags
  ) {
    let last = flags.contains(.remoteClosed)
    if payload.isEmpty {
      if last { stream.payloads?.end(.success(())) }
    } else {
      deliver(ByteBuffer(bytes: payload), to: stream, last: last)
    }
  }

  /// A payload that could not be read counts against the connection, as a Request does.
  private func countIfMalformed(_ error: any Error) {
    guard error is ProtobufDecodingError else { return }
    if !machine.malformedMessageReceived() { close() }
  }

  private func run(_ body: @escaping @Sendable () async -> Void, for stream: ServerStream) {
    stream.handlerEnd = .task
    let worker = executor.workers.take()
    stream.worker = worker
    worker.run(body, for: stream, on: executor)
  }
}
