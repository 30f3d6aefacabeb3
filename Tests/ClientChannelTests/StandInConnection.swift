import NIOCore
import RPC
import Synchronization
import TTRPC

/// A connection without a socket, whose calls end when and as the test says.
final class StandInConnection: ChannelConnection {
  /// A call as it came in, and the way to answer it.
  struct Call: Sendable {
    let method: MethodDescriptor
    let options: CallOptions
    let messages: PayloadQueue

    func answer(_ text: String = "") {
      _ = messages.push(ByteBuffer(string: text))
      if method.kind.serverStreams { return }
      messages.end(.success(()))
    }

    func end(_ error: RPCError? = nil) {
      messages.end(error.map { .failure($0) } ?? .success(()))
    }
  }

  private struct State {
    var calls: [Call] = []
    var isAccepting = true
    var isClosed = false
    var abandoned = 0
  }

  private let state = Mutex(State())
  private let stream: AsyncStream<ConnectionEvent>
  private let feed: AsyncStream<ConnectionEvent>.Continuation

  init() {
    (stream, feed) = AsyncStream<ConnectionEvent>.makeStream()
  }

  /// Every call that was made on it.
  var calls: [Call] { state.withLock { $0.calls } }
  /// Calls whose caller has left before they had ended.
  var abandoned: Int { state.withLock { $0.abandoned } }
  var isClosed: Bool { state.withLock { $0.isClosed } }
  var isAcceptingCalls: Bool { state.withLock { $0.isAccepting } }

  /// It takes no more calls, though nothing has been said of it.
  func refuseCalls() { state.withLock { $0.isAccepting = false } }

  func goAway(retryAfter: Duration = .zero) {
    refuseCalls()
    feed.yield(.goingAway(retryAfter: retryAfter))
  }

  /// The server is gone.
  func lose() { end(with: RPCError(.unavailable, "lost")) }

  func close() async { end(with: RPCError(.cancelled, "the connection was closed")) }

  private func end(with error: RPCError) {
    let calls = state.withLock { state -> [Call] in
      state.isAccepting = false
      state.isClosed = true
      return state.calls
    }
    for call in calls { call.end(error) }
    feed.yield(.closed)
    feed.finish()
  }

  func events() -> AsyncStream<ConnectionEvent> { stream }

  private func begin(_ method: MethodDescriptor, _ options: CallOptions) throws -> Call {
    let messages = PayloadQueue(
      reportAfter: 1 << 20,
      onConsumed: { _ in },
      onAbandoned: { [weak self] in self?.state.withLock { $0.abandoned += 1 } }
    )
    let call = Call(method: method, options: options, messages: messages)
    try state.withLock { state in
      if state.isClosed { throw RPCError(.unavailable, "closed") }
      state.calls.append(call)
    }
    return call
  }

  private func one<Output: RPCMessage>(_ call: Call) async throws -> Output {
    do {
      for try await message in MessageStream<Output>(call.messages) { return message }
    } catch is CancellationError {
      throw RPCError(.cancelled, "the caller gave up")
    }
    throw RPCError(.internal, "no answer")
  }

  func unary<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    _ request: Input,
    options: CallOptions
  ) async throws -> Output {
    try await one(try begin(method, options))
  }

  func serverStreaming<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    _ request: Input,
    options: CallOptions
  ) async throws -> MessageStream<Output> {
    MessageStream(try begin(method, options).messages)
  }

  func clientStreaming<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    options: CallOptions,
    send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
  ) async throws -> Output {
    let call = try begin(method, options)
    try await send(ClientStreamWriter { _ in })
    return try await one(call)
  }

  func bidirectional<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    options: CallOptions,
    send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
  ) async throws -> MessageStream<Output> {
    let call = try begin(method, options)
    try await send(ClientStreamWriter { _ in })
    return MessageStream(call.messages)
  }
}
