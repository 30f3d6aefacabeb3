import GRPCTransport
import NIOCore
import Testing

@Suite("Messages in the bytes of a stream")
struct MessageDecoderTests {
  private func bytes(_ text: String, flag: UInt8 = 0) -> ByteBuffer {
    .message(ByteBuffer(string: text), flag: flag)
  }

  private func steps(_ decoder: inout GRPCMessageDecoder) -> [GRPCMessageDecoder.Step] {
    var steps: [GRPCMessageDecoder.Step] = []
    while true {
      let step = decoder.next()
      steps.append(step)
      if case .message = step { continue }
      return steps
    }
  }

  @Test("messages come out as they went in, however the bytes are cut", arguments: 1...20)
  func cut(length: Int) {
    let texts = ["", "a", "hello", String(repeating: "x", count: 40)]
    var stream = ByteBuffer()
    for text in texts { stream.writeImmutableBuffer(bytes(text)) }
    var decoder = GRPCMessageDecoder(messageLengthMax: 100)
    var found: [String] = []
    while let piece = stream.readSlice(length: min(length, stream.readableBytes)),
      piece.readableBytes > 0
    {
      decoder.append(piece)
      for case .message(let message) in steps(&decoder) { found.append(String(buffer: message)) }
    }
    #expect(found == texts)
    #expect(decoder.waitingBytes == 0)
  }

  @Test("a message of the limit passes, one byte more does not, before it has come")
  func limit() {
    var decoder = GRPCMessageDecoder(messageLengthMax: 3)
    decoder.append(bytes("abc"))
    #expect(steps(&decoder) == [.message(ByteBuffer(string: "abc")), .needsMoreBytes])
    var prefix = ByteBuffer()
    prefix.writeMultipleIntegers(UInt8(0), UInt32(4))
    decoder.append(prefix)
    #expect(steps(&decoder) == [.tooLarge(4)])
  }

  @Test("flags: 0 is a message, 1 a compressed one, everything else is no message")
  func flags() {
    for flag in UInt8.min...UInt8.max {
      var decoder = GRPCMessageDecoder(messageLengthMax: 10)
      decoder.append(bytes("a", flag: flag))
      switch flag {
      case 0: #expect(decoder.next() == .message(ByteBuffer(string: "a")))
      case 1: #expect(decoder.next() == .compressed(ByteBuffer(string: "a")))
      default: #expect(decoder.next() == .malformed)
      }
    }
  }

  @Test("a length up to four gigabytes is only a number")
  func longest() {
    var decoder = GRPCMessageDecoder(messageLengthMax: 4 << 20)
    decoder.append(ByteBuffer(bytes: [0, 0xff, 0xff, 0xff, 0xff]))
    #expect(decoder.next() == .tooLarge(0xffff_ffff))
  }
}
