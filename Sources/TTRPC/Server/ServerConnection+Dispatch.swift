import NIOCore
import ProtobufC
import RPC
import ServerEngine
import TTRPCWire

// From a Request to its handler.
extension ServerConnection {
  /// A call on its way from its Request to its handler.
  struct Arrival {
    let id: StreamID
    let flags: FrameFlags
    let method: ServerMethod
    var context: ServerContext
    /// Interceptors that have been asked.
    var asked: Int

    init(_ header: FrameHeader, _ method: ServerMethod, _ context: ServerContext, asked: Int) {
      id = header.streamID
      flags = header.flags
      self.method = method
      self.context = context
      self.asked = asked
    }
  }

  func openStream(_ header: FrameHeader, _ data: UnsafeRawBufferPointer) {
    do {
      try RequestEnvelope.withDecoded(data) { request, reader throws(ProtobufDecodingError) in
        try route(header, request, reader)
      }
    } catch {
      refuseMalformed(header.streamID, status(of: error, in: data.count))
    }
  }

  /// Answers a call that comes faster than calls may.
  func refuseOpen(_ id: StreamID, _ limit: ServerLimit) {
    shared.metrics.limitReached(limit)
    let perSecond = shared.configuration[limit]
    let what = limit == .opensPerSecond ? "are opened" : "are opened and given up"
    outbound.writeResponse(
      id,
      error: RPCError(
        .resourceExhausted,
        "calls on this connection \(what) too fast; it may be \(perSecond) a second"
      )
    )
  }

  /// The client has given up a call, or lost it by its own fault.
  func abandoned(_ stream: ServerStream) {
    if stream.isHandlerRunning { budgets.abandoned(at: peer.eventLoop.now) }
  }

  /// The error that the caller is told of, in place of one that was thrown.
  ///
  /// - Parameter byteCount: bytes of the message that was being decoded; 0 when that is not known.
  func status(of error: any Error, in byteCount: Int = 0) -> RPCError {
    if let error = error as? ProtobufDecodingError, error.reason == .budgetExceeded {
      let configuration = shared.configuration
      let isLong = byteCount * configuration.decodingFactor > configuration.decodingBytes
      shared.metrics.limitReached(isLong ? .decodingFactor : .decodingBytes)
    }
    return RPCError(thrown: error, logger: shared.logger)
  }

  /// Answers something that could not be read, which counts against the connection.
  func refuseMalformed(_ id: StreamID, _ error: RPCError) {
    outbound.writeResponse(id, error: error)
    if !machine.malformedMessageReceived() { close() }
  }

  private func route(
    _ header: FrameHeader,
    _ request: RequestEnvelope,
    _ reader: borrowing MessageReader
  ) throws(ProtobufDecodingError) {
    guard let method = shared.lookup.find(request.service, request.method) else {
      return try refuseUnknown(header.streamID, request, reader)
    }
    // The table keeps the method for as long as the server lives.
    if !request.hasMetadata {
      return method._withUnsafeGuaranteedRef { admit(header, $0, request, Metadata()) }
    }
    switch try metadata(reader) {
    case .success(let metadata):
      method._withUnsafeGuaranteedRef { admit(header, $0, request, metadata) }
    case .failure(let beyond):
      shared.metrics.limitReached(beyond.limit)
      outbound.writeResponse(header.streamID, error: beyond.error)
    }
  }

  private func metadata(
    _ reader: borrowing MessageReader
  ) throws(ProtobufDecodingError) -> Result<Metadata, RequestEnvelope.BeyondLimit> {
    try RequestEnvelope.metadata(
      reader,
      entriesMax: shared.configuration.metadataEntriesMax,
      bytesMax: shared.configuration.metadataBytesMax
    )
  }

  private func refuseUnknown(
    _ id: StreamID,
    _ request: RequestEnvelope,
    _ reader: borrowing MessageReader
  ) throws(ProtobufDecodingError) {
    try RequestEnvelope.checkNames(reader)
    // What cannot be read is worse than what is not known.
    _ = try metadata(reader)
    if Self.isEngineService(request.service) { return callEngine(id, request) }
    let match = shared.table.find(service: request.service, method: request.method)
    let what =
      if case .unknownMethod = match {
        "service \(request.service.name) has no method \(request.method.name)"
      } else {
        "there is no service \(request.service.name)"
      }
    outbound.writeResponse(id, error: .unimplemented(what))
  }

  private func admit(
    _ header: FrameHeader,
    _ method: ServerMethod,
    _ request: RequestEnvelope,
    _ metadata: Metadata
  ) {
    if request.timeoutNanoseconds < 0 {
      outbound.writeResponse(header.streamID, error: .deadlineExceeded)
      return
    }
    var context = context(
      method,
      metadata,
      deadline: deadline(after: request.timeoutNanoseconds),
      receivedBytes: request.payload.count
    )
    tallyStart(of: method.descriptor)
    let interceptors = shared.interceptors
    for index in 0..<interceptors.count {
      let admission = interceptors.admit(index, &context)
      if case .proceed = admission { continue }
      return hold(
        Arrival(header, method, context, asked: index + 1),
        admission,
        request.payload,
        nil
      )
    }
    switch method.invocation {
    case .inline(let handler):
      answer(header.streamID, &context, handler, request.payload)
      context.forget()
      spareContext = context
    case .deferred(let handler) where method.descriptor.kind == .unary:
      answerOrOpen(header, method, context, handler, request.payload)
    default:
      let arrival = Arrival(header, method, context, asked: interceptors.count)
      invoke(arrival, request.payload, nil)
    }
    // The last report was before the end of this call.
    if isGone { reportPass() }
  }

  /// The context of a call, in the memory of the last one that was answered at once.
  private func context(
    _ method: ServerMethod,
    _ metadata: Metadata,
    deadline: NIODeadline?,
    receivedBytes: Int
  ) -> ServerContext {
    var context =
      spareContext.take()
      ?? ServerContext(method: method.descriptor, connection: peer, startedAt: pass.startedAt)
    context.renew(
      method,
      metadata: metadata,
      deadline: deadline,
      startedAt: pass.startedAt,
      receivedBytes: receivedBytes
    )
    return context
  }

  private func deadline(after nanoseconds: Int64) -> NIODeadline? {
    if nanoseconds == 0 { return nil }
    let longest = shared.configuration.deadlineMax.nanoseconds
    if nanoseconds > longest { shared.metrics.limitReached(.deadline) }
    return peer.eventLoop.now + .nanoseconds(min(nanoseconds, longest))
  }

  /// Asks the rest of the interceptors and then runs the handler.
  private func runInterceptors(
    _ arrival: inout Arrival,
    from first: Int,
    _ payload: UnsafeRawBufferPointer,
    stream: ServerStream
  ) {
    for index in first..<shared.interceptors.count {
      arrival.asked = index + 1
      stream.interceptorsAsked = index + 1
      let admission = shared.interceptors.admit(index, &arrival.context)
      if case .proceed = admission { continue }
      return hold(arrival, admission, payload, stream)
    }
    stream.context = arrival.context
    invoke(arrival, payload, stream)
  }

  /// An interceptor has not let the call in. One that has to wait becomes a stream, so that it can be
  /// cancelled, and comes back through `goOn`.
  private func hold(
    _ arrival: Arrival,
    _ admission: Admission,
    _ payload: UnsafeRawBufferPointer,
    _ stream: ServerStream?
  ) {
    switch admission {
    case .proceed: break
    case .refuse(let error): refuse(arrival, error, stream)
    case .wait(let decide):
      wait(arrival, for: decide, next: arrival.asked, ByteBuffer(bytes: payload), stream)
    case .waitWithMessage(let decide):
      let message = ByteBuffer(bytes: payload)
      let deciding: @Sendable (ServerContext) async throws -> ServerContext = {
        try await decide($0, message)
      }
      wait(arrival, for: deciding, next: arrival.asked, message, stream)
    }
  }

  func refuse(_ arrival: Arrival, _ error: RPCError, _ stream: ServerStream?) {
    if let stream {
      fail(stream, error)
    } else {
      outbound.writeResponse(arrival.id, error: error)
      callEnded(arrival.context, asked: arrival.asked, error.code)
    }
  }

  /// The wait counts as the call's handler until it is over, however soon the caller gives up.
  private func wait(
    _ arrival: Arrival,
    for decide: @escaping @Sendable (ServerContext) async throws -> ServerContext,
    next: Int,
    _ payload: ByteBuffer,
    _ stream: ServerStream?
  ) {
    let stream = stream ?? open(arrival)
    stream.handlerEnd = .task
    stream.task = nil
    let connection = NIOLoopBound(self, eventLoop: peer.eventLoop)
    holdBack(payload.readableBytes)
    let task = Task.immediate(executorPreference: executor) {
      do {
        var arrival = arrival
        arrival.context = try await decide(arrival.context)
        connection.value.letGo(payload.readableBytes)
        connection.value.goOn(arrival, from: next, payload, stream)
      } catch {
        connection.value.letGo(payload.readableBytes)
        connection.value.fail(stream, error)
        stream.handlerEnded()
      }
    }
    // It may have decided at once, and the handler's task is the one to cancel then.
    if stream.isOpen && stream.task == nil { stream.task = task }
  }

  /// An interceptor that took its time has let the call in.
  private func goOn(
    _ arrival: Arrival,
    from next: Int,
    _ payload: ByteBuffer,
    _ stream: ServerStream
  ) {
    guard stream.isOpen else { return stream.handlerEnded() }
    stream.handlerEnd = .stream
    var arrival = arrival
    payload.withUnsafeReadableBytes { bytes in
      runInterceptors(&arrival, from: next, bytes, stream: stream)
    }
  }

  func open(_ arrival: Arrival) -> ServerStream {
    let stream = ServerStream(arrival.id, arrival.context, asked: arrival.asked, connection: self)
    enterTable(stream, arrival.method.descriptor.kind, arrival.flags)
    return stream
  }

  /// From now on frames of the client find the stream.
  func enterTable(_ stream: ServerStream, _ kind: MethodKind, _ flags: FrameFlags) {
    stream.isInTable = true
    machine.streamOpened(stream.id, stream, StreamShape(kind), flags: flags)
    if kind.clientStreams { expectMessages(stream) }
    if kind.serverStreams && machine.hasWindow(stream.id) {
      stream.outbound = OutboundFlow(windowSize: peerWindow)
    }
    watchDeadline(of: stream)
  }
}

extension StreamShape {
  init(_ kind: MethodKind) {
    self =
      switch kind {
      case .unary: .unary
      case .serverStreaming: .serverStreaming
      case .clientStreaming, .bidirectional: .clientStreaming
      }
  }
}

extension UnsafeRawBufferPointer {
  /// A name for an error message: no longer than what helps, for it came from outside.
  fileprivate var name: String {
    String(decoding: prefix(128), as: UTF8.self)
  }
}
