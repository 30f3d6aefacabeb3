import NIOCore
import SeededRandom
import TTRPCWire
import Testing

@Suite("Frame headers")
struct FrameHeaderTests {
  @Test(
    "a header is ten bytes, big-endian",
    arguments: [
      (
        FrameHeader(dataLength: 0, streamID: StreamID(1), type: .request),
        [0, 0, 0, 0, 0, 0, 0, 1, 1, 0]
      ),
      (
        FrameHeader(dataLength: 0x0001_0203, streamID: StreamID(0x0405_0607), type: .response),
        [0, 1, 2, 3, 4, 5, 6, 7, 2, 0]
      ),
      (
        FrameHeader(
          dataLength: FrameHeader.dataLengthMax,
          streamID: StreamID(.max),
          type: .data,
          flags: [.remoteClosed, .noData]
        ),
        [0, 0x40, 0, 0, 0xff, 0xff, 0xff, 0xff, 3, 5]
      ),
      (
        FrameHeader(
          dataLength: 0x00ff_ffff,
          streamID: .lastOfClient,
          type: FrameType(rawValue: 0xfe),
          flags: FrameFlags(rawValue: 0xff)
        ),
        [0, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xfe, 0xff]
      ),
    ] as [(FrameHeader, [UInt8])]
  )
  func encode(header: FrameHeader, bytes: [UInt8]) {
    var buffer = ByteBuffer()
    buffer.writeFrameHeader(header)
    #expect(Array(buffer.readableBytesView) == bytes)
    #expect(buffer.readableBytes == FrameHeader.length)
  }

  @Test("what is written is what the decoder reads", arguments: UInt64(1)...20)
  func roundTrip(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let length = Int.random(in: 0...64, using: &random)
      let header = FrameHeader(
        dataLength: length,
        streamID: StreamID(.random(in: .min ... .max, using: &random)),
        type: FrameType(rawValue: .random(in: .min ... .max, using: &random)),
        flags: FrameFlags(rawValue: .random(in: .min ... .max, using: &random))
      )
      var buffer = ByteBuffer()
      buffer.writeFrameHeader(header)
      buffer.writeRepeatingByte(0xab, count: length)
      var decoder = FrameDecoder()
      decoder.append(buffer)
      #expect(
        decoder.next() == .frame(header, data: ByteBuffer(repeating: 0xab, count: length)),
        "seed \(seed)"
      )
    }
  }

  @Test("a header that is set over another leaves the bytes around it alone")
  func overwrite() {
    var buffer = ByteBuffer(repeating: 0x11, count: 14)
    let header = FrameHeader(dataLength: 7, streamID: StreamID(9), type: .data)
    buffer.setFrameHeader(header, at: 2)
    #expect(
      Array(buffer.readableBytesView)
        == [0x11, 0x11, 0, 0, 0, 7, 0, 0, 0, 9, 3, 0, 0x11, 0x11]
    )
    #expect(buffer.readableBytes == 14)
  }
}
