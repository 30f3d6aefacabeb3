import NIOCore
import RPC
import TTRPC
import TTRPCWire
import WardlineAPI

/// Frames for attacks, good and bad.
enum AttackBytes {
  static func request(
    _ id: UInt32,
    _ method: MethodDescriptor,
    _ message: some RPCMessage,
    token: String? = nil,
    timeoutNanoseconds: Int64 = 0
  ) throws -> ByteBuffer {
    var payload = ByteBuffer()
    try message.encode(into: &payload)
    var writer = FrameWriter()
    writer.writeRequest(
      StreamID(id),
      method,
      metadata: token.map { ["authorization": "Bearer \($0)"] } ?? Metadata(),
      timeoutNanoseconds: timeoutNanoseconds,
      payload: payload,
      flags: method.kind.serverStreams ? .remoteClosed : []
    )
    return writer.take() ?? ByteBuffer()
  }

  static func frame(
    _ id: UInt32,
    _ type: FrameType,
    _ flags: FrameFlags = [],
    _ data: ByteBuffer = ByteBuffer()
  ) -> ByteBuffer {
    var frame = ByteBuffer()
    frame.writeFrameHeader(
      FrameHeader(
        dataLength: data.readableBytes,
        streamID: StreamID(id),
        type: type,
        flags: flags
      )
    )
    frame.writeImmutableBuffer(data)
    return frame
  }

  /// A Request whose payload is what it is, for the method.
  static func request(
    _ id: UInt32,
    _ method: MethodDescriptor,
    payload: ByteBuffer,
    token: String
  ) -> ByteBuffer {
    var writer = FrameWriter()
    writer.writeRequest(
      StreamID(id),
      method,
      metadata: ["authorization": "Bearer \(token)"],
      timeoutNanoseconds: 0,
      payload: payload,
      flags: []
    )
    return writer.take() ?? ByteBuffer()
  }
}
