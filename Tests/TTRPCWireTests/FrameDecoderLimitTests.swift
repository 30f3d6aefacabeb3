import NIOCore
import TTRPCWire
import Testing

@Suite("How long a frame may be")
struct FrameDecoderLimitTests {
  private static let max = 4_194_304

  @Test("4 MiB of data are accepted and one byte more is not", arguments: [max - 1, max, max + 1])
  func atTheLimit(length: Int) {
    var decoder = FrameDecoder()
    decoder.append(ByteBuffer(bytes: frameBytes(3, on: 1, declaring: length)))
    decoder.append(ByteBuffer(repeating: 0x5a, count: length))
    let header = FrameHeader(dataLength: length, streamID: StreamID(1), type: .data)
    let data = ByteBuffer(repeating: 0x5a, count: length)
    #expect(decoder.next() == (length > Self.max ? .oversized(header) : .frame(header, data: data)))
    #expect(decoder.next() == .needsMoreBytes)
    #expect(!decoder.isInsideFrame)
  }

  @Test(
    "the limit can be lowered and not raised",
    arguments: [(10, 10, 11), (0, 0, 1), (-1, 0, 1), (Int.max, max, max + 1)]
  )
  func configuredLimit(configured: Int, accepted: Int, refused: Int) {
    var decoder = FrameDecoder(dataLengthMax: configured)
    decoder.append(ByteBuffer(bytes: frameBytes(3, on: 1, declaring: refused)))
    #expect(
      decoder.next()
        == .oversized(FrameHeader(dataLength: refused, streamID: StreamID(1), type: .data))
    )
    decoder = FrameDecoder(dataLengthMax: configured)
    decoder.append(ByteBuffer(bytes: frameBytes(3, on: 1, declaring: accepted)))
    decoder.append(ByteBuffer(repeating: 0, count: accepted))
    guard case .frame = decoder.next() else {
      Issue.record("a frame of \(accepted) bytes is at the limit")
      return
    }
  }

  @Test(
    "a frame over the limit is announced with its header, skipped, and the next frame is parsed",
    arguments: [max + 1, 5 << 20, (16 << 20) - 1]
  )
  func skipped(length: Int) {
    var decoder = FrameDecoder()
    decoder.append(ByteBuffer(bytes: frameBytes(1, on: 7, flags: 2, declaring: length)))
    let header = FrameHeader(
      dataLength: length,
      streamID: StreamID(7),
      type: .request,
      flags: .remoteOpen
    )
    #expect(decoder.next() == .oversized(header))
    var left = length
    while left > 0 {
      let count = min(left, 65_536)
      decoder.append(ByteBuffer(repeating: 0xff, count: count))
      left -= count
      #expect(decoder.next() == .needsMoreBytes)
      #expect(decoder.bufferedBytes == 0)
      #expect(decoder.isInsideFrame == (left > 0))
    }
    decoder.append(ByteBuffer(bytes: frameBytes(3, on: 7, data: [1])))
    #expect(
      decoder.next()
        == .frame(
          FrameHeader(dataLength: 1, streamID: StreamID(7), type: .data),
          data: ByteBuffer(bytes: [1])
        )
    )
  }

  @Test("the next frame is parsed when it shares a read with the end of skipped data")
  func skippedThenFrameInOneRead() {
    var decoder = FrameDecoder()
    decoder.append(ByteBuffer(bytes: frameBytes(1, on: 7, declaring: Self.max + 100)))
    guard case .oversized = decoder.next() else {
      Issue.record("the frame is over the limit")
      return
    }
    decoder.append(ByteBuffer(repeating: 0xff, count: Self.max))
    #expect(decoder.next() == .needsMoreBytes)
    var last = ByteBuffer(repeating: 0xff, count: 100)
    last.writeBytes(frameBytes(3, on: 9))
    decoder.append(last)
    #expect(
      decoder.next()
        == .frame(
          FrameHeader(dataLength: 0, streamID: StreamID(9), type: .data),
          data: ByteBuffer()
        )
    )
  }

  @Test("a first byte other than 0 is another protocol, for ever", arguments: UInt8(1)...255)
  func foreignProtocol(byte: UInt8) {
    var decoder = FrameDecoder()
    decoder.append(ByteBuffer(bytes: [byte]))
    #expect(decoder.next() == .foreignProtocol)
    decoder.append(ByteBuffer(bytes: frameBytes(1, on: 1)))
    #expect(decoder.next() == .foreignProtocol)
  }
}
