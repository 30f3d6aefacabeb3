import NIOCore
import RPC
import TTRPC
import TTRPCWire

/// The frame that opens a call of a plain client.
enum RequestFrame {
  static func unary(
    _ method: MethodDescriptor,
    _ message: some RPCMessage,
    id: UInt32
  ) throws -> ByteBuffer {
    try frame(method, message, id, [])
  }

  static func serverStream(
    _ method: MethodDescriptor,
    _ message: some RPCMessage,
    id: UInt32
  ) throws -> ByteBuffer {
    try frame(method, message, id, .remoteClosed)
  }

  private static func frame(
    _ method: MethodDescriptor,
    _ message: some RPCMessage,
    _ id: UInt32,
    _ flags: FrameFlags
  ) throws -> ByteBuffer {
    var payload = ByteBuffer()
    try message.encode(into: &payload)
    var writer = FrameWriter()
    writer.writeRequest(
      StreamID(id),
      method,
      metadata: Metadata(),
      timeoutNanoseconds: 0,
      payload: payload,
      flags: flags
    )
    return writer.take() ?? ByteBuffer()
  }
}
