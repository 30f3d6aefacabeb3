/// What a generated client calls through: a connection, a pool of them, or a stand-in for tests.
///
/// Every method throws `RPCError` with the status of the call; UNAVAILABLE means that the
/// connection was lost, in which case the call may or may not have been carried out.
public protocol ClientTransport: Sendable {
  func unary<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    _ request: Input,
    options: CallOptions
  ) async throws -> Output

  /// Returns when the request is on its way; the stream's errors come out of the iteration.
  func serverStreaming<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    _ request: Input,
    options: CallOptions
  ) async throws -> MessageStream<Output>

  /// Runs `send` beside the call and returns the one answer.
  func clientStreaming<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    options: CallOptions,
    send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
  ) async throws -> Output

  /// Runs `send` beside the call; it ends the client's side when it returns.
  func bidirectional<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    options: CallOptions,
    send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
  ) async throws -> MessageStream<Output>
}

/// The client's stream of messages to the server.
public struct ClientStreamWriter<Message: RPCMessage>: Sendable {
  private let body: @Sendable (Message) async throws -> Void

  public init(_ body: @escaping @Sendable (Message) async throws -> Void) {
    self.body = body
  }

  /// Sends a message and returns once the stream can take another.
  public func write(_ message: Message) async throws {
    try await body(message)
  }
}
