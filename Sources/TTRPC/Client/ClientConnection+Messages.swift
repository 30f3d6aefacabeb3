import NIOCore
public import RPC

// Calls with typed messages: what generated clients call through.
extension ClientConnection {
  public func unary<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    _ request: Input,
    options: CallOptions
  ) async throws -> Output {
    var payload = ByteBuffer()
    try request.encode(into: &payload)
    let answer = try await call(method, payload, options)
    return try Output(decoding: answer.readableBytesSpan)
  }

  public func serverStreaming<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    _ request: Input,
    options: CallOptions
  ) async throws -> MessageStream<Output> {
    var payload = ByteBuffer()
    try request.encode(into: &payload)
    return MessageStream(stream(method, payload, options))
  }

  public func clientStreaming<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    options: CallOptions,
    send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
  ) async throws -> Output {
    let answer = try await clientStream(method, options) { payloads in
      try await send(ClientStreamWriter(encodingInto: payloads))
    }
    return try Output(decoding: answer.readableBytesSpan)
  }

  public func bidirectional<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    options: CallOptions,
    send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
  ) async throws -> MessageStream<Output> {
    MessageStream(
      bidirectionalStream(method, options) { payloads in
        try await send(ClientStreamWriter(encodingInto: payloads))
      }
    )
  }
}

extension ClientStreamWriter {
  fileprivate init(encodingInto payloads: PayloadWriter) {
    self.init { message in
      var payload = ByteBuffer()
      try message.encode(into: &payload)
      try await payloads.write(payload)
    }
  }
}
