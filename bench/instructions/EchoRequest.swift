import BenchAPI
import NIOCore
import ProtobufC
import RPC
import TTRPC
import TTRPCWire

/// The Request that most cases are about: 158 bytes of data, as in the first measurements.
struct EchoRequest {
  static let payloadBytes = 122

  /// Whole frames, one for each stream from the first on.
  static func frames(
    _ method: MethodDescriptor,
    count: Int,
    from first: StreamID = StreamID(1)
  ) throws -> ByteBuffer {
    var payload = ByteBuffer()
    try Payload(data: Array(repeating: 0x5a, count: payloadBytes)).encode(into: &payload)
    var writer = FrameWriter()
    for index in 0..<count {
      writer.writeRequest(
        StreamID(first.rawValue + 2 * UInt32(index)),
        method,
        metadata: Metadata(),
        timeoutNanoseconds: 0,
        payload: payload,
        flags: method.kind.serverStreams ? .remoteClosed : []
      )
    }
    return writer.take() ?? ByteBuffer()
  }

  /// The data of such a frame.
  static func data() throws -> ByteBuffer {
    let frame = try frames(EchoMethods.inline, count: 1)
    return frame.getSlice(
      at: FrameHeader.length,
      length: frame.readableBytes - FrameHeader.length
    ) ?? ByteBuffer()
  }
}

extension ByteBuffer {
  /// Gives the frames in it the stream numbers from the first on, as a client would number them.
  mutating func renumberFrames(from first: UInt32) {
    var index = readerIndex
    var id = first
    while index < writerIndex, let length: UInt32 = getInteger(at: index) {
      setInteger(id, at: index + 4)
      index += FrameHeader.length + Int(length)
      id += 2
    }
  }
}
