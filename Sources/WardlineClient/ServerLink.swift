public import RPC

/// The way to one server: a connection that is opened when it is first needed, and anew by the next
/// call after it was lost.
///
/// It does not repeat a call: whoever made it knows whether that is harmless.
public actor ServerLink {
  private let connect: @Sendable () async throws -> any ServerConnection
  private var current: (any ServerConnection)?
  private var attempt: Task<any ServerConnection, any Error>?
  private var isClosed = false

  /// - Parameter connect: opens a connection, with whatever identifies the caller.
  public init(_ connect: @escaping @Sendable () async throws -> any ServerConnection) {
    self.connect = connect
  }

  /// The connection that is open, or a new one. Callers that come meanwhile wait for the same one.
  ///
  /// - Throws: what opening it throws; `RPCError` with CANCELLED once the link is closed.
  public func connection() async throws -> any ServerConnection {
    if isClosed { throw Self.closed }
    if let current, current.isActive { return current }
    if let attempt { return try await attempt.value }
    let attempt = Task { [connect] in try await connect() }
    self.attempt = attempt
    defer { self.attempt = nil }
    let connection = try await attempt.value
    if isClosed {
      await connection.close()
      throw Self.closed
    }
    current = connection
    return connection
  }

  /// Closes the connection. Later calls fail.
  public func close() async {
    isClosed = true
    await current?.close()
    current = nil
  }

  private static let closed = RPCError(.cancelled, "the link to the server is closed")
}

extension ServerLink: ClientTransport {
  public func unary<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    _ request: Input,
    options: CallOptions
  ) async throws -> Output {
    try await connection().unary(method, request, options: options)
  }

  public func serverStreaming<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    _ request: Input,
    options: CallOptions
  ) async throws -> MessageStream<Output> {
    try await connection().serverStreaming(method, request, options: options)
  }

  public func clientStreaming<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    options: CallOptions,
    send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
  ) async throws -> Output {
    try await connection().clientStreaming(method, options: options, send: send)
  }

  public func bidirectional<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    options: CallOptions,
    send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
  ) async throws -> MessageStream<Output> {
    try await connection().bidirectional(method, options: options, send: send)
  }
}
