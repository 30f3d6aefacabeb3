import NIOCore
import RPC

/// A message whose type is known by name only.
struct RawMessage: RPCMessage {
  var bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  init(decoding payload: borrowing RawSpan) {
    bytes = payload.withUnsafeBytes { Array($0) }
  }

  func encode(into buffer: inout ByteBuffer) {
    buffer.writeBytes(bytes)
  }
}
