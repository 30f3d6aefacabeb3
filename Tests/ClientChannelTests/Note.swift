import NIOCore
import RPC

/// A message that is nothing but its text. One that begins with `!` may not be sent twice.
struct Note: RPCMessage, Equatable, ExpressibleByStringLiteral {
  var text: String

  init(_ text: String) { self.text = text }
  init(stringLiteral text: String) { self.text = text }

  init(decoding payload: borrowing RawSpan) throws {
    text = payload.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  func encode(into buffer: inout ByteBuffer) throws {
    buffer.writeString(text)
  }

  var isRepeatable: Bool { !text.hasPrefix("!") }
}

extension MethodDescriptor {
  /// A method for each thing that the tests need of one.
  static func of(
    _ kind: MethodKind = .unary,
    _ idempotency: MethodIdempotency = .none,
    name: String = "Do"
  ) -> MethodDescriptor {
    MethodDescriptor(service: "test.Notes", name: name, kind: kind, idempotency: idempotency)
  }
}
