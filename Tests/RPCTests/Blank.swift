import NIOCore
import RPC

/// A message without anything in it, for tables that only look at names.
struct Blank: RPCMessage {
  init() {}
  init(decoding payload: borrowing RawSpan) throws {}
  func encode(into buffer: inout ByteBuffer) throws {}
}

extension ServerMethod {
  static func blank(_ service: String, _ name: String) -> ServerMethod {
    .unary(
      MethodDescriptor(service: service, name: name, kind: .unary),
      .inline { (_: Blank, _) in Blank() }
    )
  }
}
