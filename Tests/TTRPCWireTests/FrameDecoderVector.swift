import NIOCore
import TTRPCWire
import Testing

/// Bytes and the frames that they are, however they arrive.
struct FrameDecoderVector: Sendable, CustomTestStringConvertible {
  let name: String
  let bytes: [UInt8]
  let expected: [FrameDecoder.Output]

  var testDescription: String { name }

  /// Small, so that frames over it can be cut at every byte.
  static let limit = 24

  static let all: [FrameDecoderVector] = [
    FrameDecoderVector(name: "nothing", bytes: [], expected: []),
    FrameDecoderVector(
      name: "a frame without data",
      bytes: frameBytes(3, on: 1, flags: 5),
      expected: [frame(0, 1, .data, [.remoteClosed, .noData])]
    ),
    FrameDecoderVector(
      name: "a frame with data",
      bytes: frameBytes(1, on: 1, data: [1, 2, 3]),
      expected: [frame(3, 1, .request, [], [1, 2, 3])]
    ),
    FrameDecoderVector(
      name: "data that looks like another protocol",
      bytes: frameBytes(1, on: 1, data: Array("GET / HTTP/1.1\r\n".utf8)),
      expected: [frame(16, 1, .request, [], Array("GET / HTTP/1.1\r\n".utf8))]
    ),
    FrameDecoderVector(
      name: "several frames, one of them empty",
      bytes: frameBytes(1, on: 1, flags: 2, data: [9]) + frameBytes(3, on: 1)
        + frameBytes(3, on: 1, data: [7, 7]) + frameBytes(0x7f, on: 2, flags: 0xff),
      expected: [
        frame(1, 1, .request, .remoteOpen, [9]), frame(0, 1, .data),
        frame(2, 1, .data, [], [7, 7]),
        frame(0, 2, FrameType(rawValue: 0x7f), FrameFlags(rawValue: 0xff)),
      ]
    ),
    FrameDecoderVector(
      name: "data exactly at the limit",
      bytes: frameBytes(3, on: 5, data: zeros(limit)) + frameBytes(3, on: 7),
      expected: [frame(limit, 5, .data, [], zeros(limit)), frame(0, 7, .data)]
    ),
    FrameDecoderVector(
      name: "data one over the limit, then a frame",
      bytes: frameBytes(3, on: 5, data: zeros(limit + 1)) + frameBytes(1, on: 7, data: [4]),
      expected: [oversized(limit + 1, 5, .data), frame(1, 7, .request, [], [4])]
    ),
    FrameDecoderVector(
      name: "two frames over the limit in a row, then a frame",
      bytes: frameBytes(3, on: 5, data: zeros(60)) + frameBytes(1, on: 7, data: zeros(25))
        + frameBytes(3, on: 9, data: [8]),
      expected: [
        oversized(60, 5, .data), oversized(25, 7, .request), frame(1, 9, .data, [], [8]),
      ]
    ),
    FrameDecoderVector(
      name: "an incomplete frame after a complete one",
      bytes: frameBytes(1, on: 1) + frameBytes(3, on: 3, data: [1], declaring: 2),
      expected: [frame(0, 1, .request)]
    ),
    FrameDecoderVector(
      name: "HTTP/1.1 from the first byte",
      bytes: Array("GET / HTTP/1.1\r\n\r\n".utf8),
      expected: [.foreignProtocol]
    ),
    FrameDecoderVector(
      name: "an HTTP/2 preface",
      bytes: Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8),
      expected: [.foreignProtocol]
    ),
    FrameDecoderVector(
      name: "a TLS hello",
      bytes: [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc],
      expected: [.foreignProtocol]
    ),
    FrameDecoderVector(
      name: "a declared length of 16 MiB, whose first byte is 1",
      bytes: frameBytes(1, on: 1, declaring: 1 << 24),
      expected: [.foreignProtocol]
    ),
    FrameDecoderVector(
      name: "another protocol after a good frame",
      bytes: frameBytes(1, on: 1) + [0xff],
      expected: [frame(0, 1, .request), .foreignProtocol]
    ),
  ]

  private static func zeros(_ count: Int) -> [UInt8] { Array(repeating: 0, count: count) }

  private static func frame(
    _ length: Int,
    _ stream: UInt32,
    _ type: FrameType,
    _ flags: FrameFlags = [],
    _ data: [UInt8] = []
  ) -> FrameDecoder.Output {
    .frame(
      FrameHeader(dataLength: length, streamID: StreamID(stream), type: type, flags: flags),
      data: ByteBuffer(bytes: data)
    )
  }

  private static func oversized(
    _ length: Int,
    _ stream: UInt32,
    _ type: FrameType
  ) -> FrameDecoder.Output {
    .oversized(FrameHeader(dataLength: length, streamID: StreamID(stream), type: type))
  }
}
