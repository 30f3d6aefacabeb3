import NIOCore
import RPC

/// A message that is nothing but its bytes.
struct Bytes: RPCMessage, Equatable, ExpressibleByStringLiteral {
  var value: ByteBuffer

  init(_ value: ByteBuffer = ByteBuffer()) { self.value = value }
  init(stringLiteral text: String) { value = ByteBuffer(string: text) }
  init(count: Int) { value = ByteBuffer(repeating: 0x5a, count: count) }

  init(decoding payload: borrowing RawSpan) throws {
    value = payload.withUnsafeBytes { ByteBuffer(bytes: $0) }
  }

  func encode(into buffer: inout ByteBuffer) throws {
    buffer.writeImmutableBuffer(value)
  }

  var count: Int { value.readableBytes }
  var text: String { String(buffer: value) }
}

extension MethodDescriptor {
  static func unary(_ name: String) -> MethodDescriptor {
    MethodDescriptor(service: "test.Calls", name: name, kind: .unary)
  }

  static func stream(_ name: String) -> MethodDescriptor {
    MethodDescriptor(service: "test.Calls", name: name, kind: .serverStreaming)
  }
}

extension ServerMethod {
  static func unary(_ name: String, _ handler: UnaryHandler<Bytes, Bytes>) -> ServerMethod {
    .unary(MethodDescriptor.unary(name), handler)
  }

  static func stream(_ name: String, _ handler: ServerStreamHandler<Bytes, Bytes>) -> ServerMethod {
    .serverStreaming(MethodDescriptor.stream(name), handler)
  }
}

extension ServerMethod {
  static func clientStream(
    _ name: String,
    _ handler: ClientStreamHandler<Bytes, Bytes>
  ) -> ServerMethod {
    .clientStreaming(
      MethodDescriptor(service: "test.Calls", name: name, kind: .clientStreaming),
      handler
    )
  }

  static func bidirectional(
    _ name: String,
    _ handler: BidirectionalHandler<Bytes, Bytes>
  ) -> ServerMethod {
    .bidirectional(
      MethodDescriptor(service: "test.Calls", name: name, kind: .bidirectional),
      handler
    )
  }
}
