import NIOCore
import RPC
import TTRPCWire

/// A Request frame, written by hand.
struct RequestBytes {
  var service = "test.Calls"
  var method: String
  var payload = ByteBuffer()
  var timeoutNanoseconds: Int64 = 0
  var metadata: [(String, String)] = []
  var flags: FrameFlags = []

  func frame(_ id: UInt32) -> ByteBuffer {
    var data = ByteBuffer()
    data.writeField(1, ByteBuffer(string: service))
    data.writeField(2, ByteBuffer(string: method))
    if payload.readableBytes > 0 { data.writeField(3, payload) }
    if timeoutNanoseconds != 0 {
      data.writeVarint(4 << 3)
      data.writeVarint(UInt64(bitPattern: timeoutNanoseconds))
    }
    for (key, value) in metadata {
      var pair = ByteBuffer()
      pair.writeField(1, ByteBuffer(string: key))
      pair.writeField(2, ByteBuffer(string: value))
      data.writeField(5, pair)
    }
    return .frame(id, .request, flags, data)
  }
}

extension ByteBuffer {
  /// Asks for the extensions, on stream 1.
  static func negotiation(window: UInt64) -> ByteBuffer {
    var payload = ByteBuffer()
    payload.writeVarint(1 << 3)
    payload.writeVarint(window)
    let service = "ttrpc.extensions.v1.Connection"
    return RequestBytes(service: service, method: "Negotiate", payload: payload).frame(1)
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
}
