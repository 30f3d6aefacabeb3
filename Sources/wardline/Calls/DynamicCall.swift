import NIOCore
import ProtobufC
import ProtobufSchema
import RPC

/// One call of a method that is known by its schema only: JSON in, JSON out.
struct DynamicCall<Transport: ClientTransport>: Sendable {
  let transport: Transport
  let schema: Schema
  let method: Schema.Method

  /// Makes the call and passes on each answer. Calls without a stream of requests take the first.
  ///
  /// - Throws: `RPCError`, `SettingError` for a request that does not fit.
  func run(
    _ requests: RequestLines,
    isPretty: Bool,
    _ answer: (String) -> Void
  ) async throws {
    let options = CallOptions()
    switch method.descriptor.kind {
    case .unary:
      let first = try encoded(try await requests.first())
      let message: RawMessage = try await transport.unary(
        method.descriptor,
        first,
        options: options
      )
      answer(try json(message, isPretty))
    case .serverStreaming:
      let first = try encoded(try await requests.first())
      try await print(
        try await transport.serverStreaming(method.descriptor, first, options: options),
        answer
      )
    case .clientStreaming:
      let message: RawMessage = try await transport.clientStreaming(
        method.descriptor,
        options: options,
        send: { try await send(requests, to: $0) }
      )
      answer(try json(message, isPretty))
    case .bidirectional:
      try await print(
        try await transport.bidirectional(
          method.descriptor,
          options: options,
          send: { try await send(requests, to: $0) }
        ),
        answer
      )
    }
  }

  private func send(
    _ requests: RequestLines,
    to writer: ClientStreamWriter<RawMessage>
  ) async throws {
    for try await line in requests.all() { try await writer.write(try encoded(line)) }
  }

  private func print(
    _ answers: MessageStream<RawMessage>,
    _ answer: (String) -> Void
  ) async throws {
    for try await message in answers { answer(try json(message, false)) }
  }

  private func encoded(_ json: String) throws(SettingError) -> RawMessage {
    do {
      return RawMessage(try schema.encode(json: json, as: method.input))
    } catch {
      throw SettingError(error.description)
    }
  }

  private func json(_ message: RawMessage, _ isPretty: Bool) throws(SettingError) -> String {
    do {
      return try schema.json(from: message.bytes, as: method.output, pretty: isPretty)
    } catch {
      throw SettingError("the server's answer is not what its schema says: \(error)")
    }
  }
}
