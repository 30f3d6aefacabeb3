import NIOCore

/// Calls the methods of the server that this process is.
public struct InProcessTransport: ClientTransport {
  private let calls: InProcessCalls
  /// Where the calls come from.
  public let connection: ConnectionContext
  private let metadata: Metadata

  init(_ calls: InProcessCalls, _ connection: ConnectionContext, _ metadata: Metadata) {
    self.calls = calls
    self.connection = connection
    self.metadata = metadata
  }

  public func unary<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    _ request: Input,
    options: CallOptions
  ) async throws -> Output {
    let message = try Self.encoded(request)
    let call = try call(method, options)
    call.start(with: message)
    return try await Self.answer(of: call)
  }

  public func serverStreaming<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    _ request: Input,
    options: CallOptions
  ) async throws -> MessageStream<Output> {
    let message = try Self.encoded(request)
    let call = try call(method, options)
    let answers = call.openAnswers()
    call.start(with: message)
    return MessageStream(answers)
  }

  public func clientStreaming<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    options: CallOptions,
    send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
  ) async throws -> Output {
    let call = try call(method, options)
    let requests = call.openRequests()
    call.start(with: ByteBuffer())
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await Self.run(send, requests, call) }
      let answer: Output = try await Self.answer(of: call)
      group.cancelAll()
      return answer
    }
  }

  public func bidirectional<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    options: CallOptions,
    send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
  ) async throws -> MessageStream<Output> {
    let call = try call(method, options)
    let answers = call.openAnswers()
    let requests = call.openRequests()
    call.start(with: ByteBuffer())
    let sending = Task { try await Self.run(send, requests, call) }
    call.onEnd { sending.cancel() }
    return MessageStream(answers)
  }

  private func call(
    _ method: MethodDescriptor,
    _ options: CallOptions
  ) throws(RPCError) -> InProcessCall {
    let entries = metadata.entries + options.metadata.entries
    return InProcessCall(
      try calls.method(method),
      Metadata(entries: entries),
      timeout: options.timeout,
      from: connection,
      calls
    )
  }

  /// Runs the caller's side of a stream and says when it has ended. What it throws ends the call, unless
  /// nobody reads any more: then the answer is on its way.
  private static func run<Input: RPCMessage>(
    _ send: @Sendable (ClientStreamWriter<Input>) async throws -> Void,
    _ requests: RequestQueue,
    _ call: InProcessCall
  ) async throws {
    do {
      try await send(ClientStreamWriter { try await requests.send(try encoded($0)) })
      requests.finish()
    } catch {
      if !requests.isOver { call.fail(with: error) }
    }
  }

  private static func answer<Output: RPCMessage>(of call: InProcessCall) async throws -> Output {
    let answer = try await withTaskCancellationHandler {
      try await call.answer.futureResult.get()
    } onCancel: {
      call.cancel()
    }
    return try Output(decoding: answer.readableBytesSpan)
  }

  private static func encoded(_ message: some RPCMessage) throws -> ByteBuffer {
    var buffer = ByteBuffer()
    try message.encode(into: &buffer)
    return buffer
  }
}
