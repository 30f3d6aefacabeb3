import NIOCore
import ProtobufC
import RPC
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
    var asked = 0
  }

  func openStream(_ header: FrameHeader, _ data: ByteBuffer) {
    let configuration = shared.configuration
    do {
      try data.withUnsafeReadableBytes { bytes throws(ProtobufDecodingError) in
        try RequestEnvelope.withDecoded(
          bytes,
          entriesMax: configuration.metadataEntriesMax,
          bytesMax: configuration.metadataBytesMax
        ) { route(header, $0) }
      }
    } catch {
      refuseMalformed(header.streamID, RPCError(thrown: error, logger: shared.logger))
    }
  }

  /// Answers something that could not be read, which counts against the connection.
  func refuseMalformed(_ id: StreamID, _ error: RPCError) {
    outbound.writeResponse(id, error: error)
    if !machine.malformedMessageReceived() { close() }
  }

  private func route(_ header: FrameHeader, _ request: RequestEnvelope) {
    let id = header.streamID
    switch shared.table.find(service: request.service, method: request.method) {
    case .found(let method):
      switch request.metadata {
      case .success(let metadata):
        admit(header, method, request, metadata)
      case .failure(let error):
        outbound.writeResponse(id, error: error)
      }
    case .unknownMethod:
      outbound.writeResponse(
        id,
        error: .unimplemented(
          "service \(request.service.name) has no method \(request.method.name)"
        )
      )
    case .unknownService where Self.isEngineService(request.service):
      callEngine(id, request)
    case .unknownService:
      outbound.writeResponse(
        id,
        error: .unimplemented("there is no service \(request.service.name)")
      )
    }
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
    let context = ServerContext(
      method: method.descriptor,
      metadata: metadata,
      deadline: deadline(after: request.timeoutNanoseconds),
      connection: peer
    )
    var arrival = Arrival(
      id: header.streamID,
      flags: header.flags,
      method: method,
      context: context
    )
    runInterceptors(&arrival, from: 0, request.payload, stream: nil)
  }

  private func deadline(after nanoseconds: Int64) -> NIODeadline? {
    if nanoseconds == 0 { return nil }
    let longest = shared.configuration.deadlineMax.nanoseconds
    return peer.eventLoop.now + .nanoseconds(min(nanoseconds, longest))
  }

  /// Asks the interceptors in turn and then runs the handler. A call that has to wait for one of
  /// them becomes a stream, so that it can be cancelled, and comes back here.
  private func runInterceptors(
    _ arrival: inout Arrival,
    from first: Int,
    _ payload: UnsafeRawBufferPointer,
    stream: ServerStream?
  ) {
    for index in first..<shared.interceptors.count {
      arrival.asked = index + 1
      stream?.interceptorsAsked = index + 1
      switch shared.interceptors[index].admit(&arrival.context) {
      case .proceed:
        continue
      case .refuse(let error):
        refuse(arrival, error, stream)
        return
      case .wait(let decide):
        wait(arrival, for: decide, next: index + 1, ByteBuffer(bytes: payload), stream)
        return
      }
    }
    stream?.context = arrival.context
    invoke(arrival, payload, stream)
  }

  private func refuse(_ arrival: Arrival, _ error: RPCError, _ stream: ServerStream?) {
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
    let task = Task.immediate(executorPreference: executor) {
      do {
        var arrival = arrival
        arrival.context = try await decide(arrival.context)
        connection.value.goOn(arrival, from: next, payload, stream)
      } catch {
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

  private func open(_ arrival: Arrival) -> ServerStream {
    let stream = ServerStream(id: arrival.id, context: arrival.context, connection: self)
    stream.interceptorsAsked = arrival.asked
    machine.streamOpened(
      arrival.id,
      stream,
      StreamShape(arrival.method.descriptor.kind),
      flags: arrival.flags
    )
    let kind = arrival.method.descriptor.kind
    if kind.clientStreams { expectMessages(stream) }
    if kind.serverStreams && machine.hasWindow(arrival.id) {
      stream.outbound = OutboundFlow(windowSize: peerWindow)
    }
    if let deadline = arrival.context.deadline {
      let connection = NIOLoopBound(self, eventLoop: peer.eventLoop)
      stream.deadlineTimer = peer.eventLoop.scheduleTask(deadline: deadline) {
        connection.value.abort(stream, .deadlineExceeded)
      }
    }
    return stream
  }

  // MARK: Handlers

  private func invoke(
    _ arrival: Arrival,
    _ payload: UnsafeRawBufferPointer,
    _ opened: ServerStream?
  ) {
    let context = arrival.context
    do {
      switch arrival.method.invocation {
      case .inline(let handler):
        scratch.clear()
        try handler(payload.bytes, context, &scratch)
        if let opened {
          respond(opened, encoded: scratch)
        } else {
          answer(arrival, encoded: scratch)
        }
      case .deferred(let handler):
        let stream = opened ?? open(arrival)
        if arrival.method.descriptor.kind == .unary { stream.handlerEnd = .answer }
        do {
          try handler(payload.bytes, context, stream)
        } catch {
          fail(stream, error)
          countIfMalformed(error)
        }
      case .async(let handler):
        let stream = opened ?? open(arrival)
        do {
          run(try handler(payload.bytes, context, stream), for: stream)
        } catch {
          fail(stream, error)
          countIfMalformed(error)
        }
      case .streaming(let handler):
        let stream = opened ?? open(arrival)
        guard let payloads = stream.payloads else { return }
        deliverFirst(payload, to: stream, arrival.flags)
        run(handler(payloads, context, stream), for: stream)
      }
    } catch {
      refuse(arrival, RPCError(thrown: error, logger: shared.logger), opened)
      countIfMalformed(error)
    }
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

  /// Answers a call that never became a stream.
  private func answer(_ arrival: Arrival, encoded payload: ByteBuffer) {
    if let error = tooLarge(payload) {
      outbound.writeResponse(arrival.id, error: error)
      callEnded(arrival.context, asked: arrival.asked, error.code)
    } else {
      outbound.writeResponse(arrival.id, payload: payload)
      callEnded(arrival.context, asked: arrival.asked, .ok)
    }
  }

  private func run(_ body: @escaping @Sendable () async -> Void, for stream: ServerStream) {
    stream.handlerEnd = .task
    let task = Task.immediate(executorPreference: executor) {
      await body()
      stream.handlerEnded()
    }
    if stream.isOpen { stream.task = task }
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
