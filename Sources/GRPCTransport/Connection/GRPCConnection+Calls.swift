import NIOCore
import ProtobufC
import RPC
import ServerEngine

// From a message to its handler.
extension GRPCConnection {
  /// A call can begin.
  ///
  /// - Parameter message: what it begins with; empty where the client sends a stream.
  func arrived(_ stream: GRPCStream, _ message: ByteBuffer) {
    stream.isCounted = true
    tallyStart(of: stream.method.descriptor)
    runInterceptors(stream, from: 0, message)
    // An interceptor may have set a deadline.
    if stream.isOpen { opened.append(stream) }
  }

  /// Asks the interceptors and then runs the handler.
  private func runInterceptors(_ stream: GRPCStream, from first: Int, _ message: ByteBuffer) {
    let interceptors = shared.interceptors
    for index in first..<interceptors.count {
      stream.interceptorsAsked = index + 1
      let admission = interceptors.admit(index, &stream.context)
      if case .proceed = admission { continue }
      return hold(stream, admission, next: index + 1, message)
    }
    invoke(stream, message)
  }

  private func hold(
    _ stream: GRPCStream,
    _ admission: Admission,
    next: Int,
    _ message: ByteBuffer
  ) {
    switch admission {
    case .proceed: break
    case .refuse(let error): fail(stream, error)
    case .wait(let decide): wait(stream, for: decide, next: next, message)
    case .waitWithMessage(let decide):
      let deciding: @Sendable (ServerContext) async throws -> ServerContext = {
        try await decide($0, message)
      }
      wait(stream, for: deciding, next: next, message)
    }
  }

  /// The wait counts as the call's handler until it is over, however soon the caller gives up.
  private func wait(
    _ stream: GRPCStream,
    for decide: @escaping @Sendable (ServerContext) async throws -> ServerContext,
    next: Int,
    _ message: ByteBuffer
  ) {
    handlerBegins(stream, .task)
    stream.task = nil
    let connection = NIOLoopBound(self, eventLoop: peer.eventLoop)
    let context = stream.context
    let task = Task.immediate(executorPreference: executor) {
      do {
        let context = try await decide(context)
        connection.value.goOn(stream, context, from: next, message)
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
    _ stream: GRPCStream,
    _ context: ServerContext,
    from next: Int,
    _ message: ByteBuffer
  ) {
    stream.handlerEnded()
    guard stream.isOpen else { return }
    stream.context = context
    runInterceptors(stream, from: next, message)
    startTimer(of: stream)
  }

  // MARK: Handlers

  private func invoke(_ stream: GRPCStream, _ message: ByteBuffer) {
    do {
      switch stream.method.invocation {
      case .inline(let handler):
        beginAnswer(stream)
        try handler(message.readableBytesSpan, stream.context, &scratch)
        answer(stream)
      case .deferred(let handler):
        handlerBegins(stream, stream.method.descriptor.kind == .unary ? .answer : .stream)
        try handler(message.readableBytesSpan, stream.context, stream)
      case .async(let handler):
        run(try handler(message.readableBytesSpan, stream.context, stream), for: stream)
      case .streaming(let handler):
        guard let payloads = stream.payloads else { return }
        run(handler(payloads, stream.context, stream), for: stream)
      }
    } catch {
      fail(stream, error)
    }
  }

  private func run(_ body: @escaping @Sendable () async -> Void, for stream: GRPCStream) {
    handlerBegins(stream, .task)
    let worker = executor.workers.take()
    stream.worker = worker
    worker.run(body, for: stream, on: executor)
  }

  private func handlerBegins(_ stream: GRPCStream, _ end: GRPCStream.HandlerEnd) {
    stream.handlerEnd = end
    if stream.isHandlerRunning { return }
    stream.isHandlerRunning = true
    runningHandlers += 1
  }

  // MARK: Ends

  /// The client has given the stream up, or HTTP/2 has.
  func cancelled(_ stream: GRPCStream) {
    streamEnded(stream, .cancelled)
  }

  func leaveTable(_ stream: GRPCStream) {
    streams[stream.id] = nil
  }

  /// A stream has left the table.
  func streamEnded(_ stream: GRPCStream, _ status: StatusCode) {
    let context = stream.context
    context.carried(sentBytes: stream.sentBytes)
    releaseInbound(of: stream)
    unsentBytes -= stream.unsent.count
    stream.unsent.drop()
    stream.ended()
    if stream.isCounted {
      tallyEnd(of: context, status)
      shared.interceptors.ended(context, asked: stream.interceptorsAsked, status)
    }
    if isDraining { closeIfDrained() }
  }

  // MARK: Tallies

  private func tallyStart(of method: MethodDescriptor) {
    if tally?.start(method) == true { return }
    handOverTally()
    tally = CallTally(method, started: 1, startedAt: startedAt)
  }

  private func tallyEnd(of context: ServerContext, _ status: StatusCode) {
    if tally?.end(context, status) == true { return }
    handOverTally()
    tally = CallTally(context.method, ended: 1, status: status, startedAt: context.startedAt)
  }

  private func handOverTally() {
    if let tally = tally.take() { shared.interceptors.tallied(tally) }
  }

  /// The answers of a read or of a turn of the loop have been handed over.
  func report() {
    handOverTally()
    shared.metrics.streamsChanged(by: streams.count - reportedStreams)
    reportedStreams = streams.count
  }
}
