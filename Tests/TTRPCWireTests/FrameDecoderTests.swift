import NIOCore
import SeededRandom
import TTRPCWire
import Testing

@Suite("Frames out of bytes, however they arrive")
struct FrameDecoderTests {
  private let limit = FrameDecoderVector.limit

  @Test("all at once", arguments: FrameDecoderVector.all)
  func coalesced(vector: FrameDecoderVector) {
    #expect(outputs(of: [vector.bytes], limit: limit) == vector.expected)
  }

  @Test("byte by byte", arguments: FrameDecoderVector.all)
  func dripFed(vector: FrameDecoderVector) {
    #expect(outputs(of: vector.bytes.map { [$0] }, limit: limit) == vector.expected)
  }

  @Test("in two pieces, cut at every byte", arguments: FrameDecoderVector.all)
  func split(vector: FrameDecoderVector) {
    for cut in 0...vector.bytes.count {
      let pieces = [vector.bytes[..<cut], vector.bytes[cut...]]
      #expect(outputs(of: pieces, limit: limit) == vector.expected, "cut at \(cut)")
    }
  }

  @Test("in three pieces, cut at every pair of bytes", arguments: FrameDecoderVector.all)
  func splitTwice(vector: FrameDecoderVector) {
    let bytes = vector.bytes
    for first in 0...bytes.count {
      for second in first...bytes.count {
        let pieces = [bytes[..<first], bytes[first..<second], bytes[second...]]
        #expect(outputs(of: pieces, limit: limit) == vector.expected, "cut at \(first), \(second)")
      }
    }
  }

  @Test("with reads of nothing in between", arguments: FrameDecoderVector.all)
  func emptyReads(vector: FrameDecoderVector) {
    let pieces = vector.bytes.flatMap { [[], [$0], []] }
    #expect(outputs(of: pieces, limit: limit) == vector.expected)
  }

  @Test("random frames in random pieces come out as they went in", arguments: UInt64(1)...50)
  func random(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var bytes: [UInt8] = []
    var expected: [FrameDecoder.Output] = []
    for _ in 0..<40 {
      let data = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        UInt8.random(in: .min ... .max, using: &random)
      }
      let type = UInt8.random(in: 0...4, using: &random)
      let stream = UInt32.random(in: 0...9, using: &random)
      bytes += frameBytes(type, on: stream, data: data)
      let header = FrameHeader(
        dataLength: data.count,
        streamID: StreamID(stream),
        type: FrameType(rawValue: type)
      )
      expected.append(
        data.count > limit ? .oversized(header) : .frame(header, data: ByteBuffer(bytes: data))
      )
    }
    var pieces: [ArraySlice<UInt8>] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(Int.random(in: 1...90, using: &random))
      pieces.append(piece)
      rest = rest.dropFirst(piece.count)
    }
    #expect(outputs(of: pieces, limit: limit) == expected, "seed \(seed)")
  }

  @Test("whether a frame has begun is known, also while data is skipped")
  func isInsideFrame() {
    var decoder = FrameDecoder(dataLengthMax: 1)
    #expect(!decoder.isInsideFrame)
    decoder.append(ByteBuffer(bytes: [0]))
    #expect(decoder.next() == .needsMoreBytes)
    #expect(decoder.isInsideFrame)
    decoder.append(ByteBuffer(bytes: frameBytes(1, on: 1, data: [1], declaring: 3).dropFirst()))
    guard case .oversized = decoder.next() else {
      Issue.record("the frame is over the limit")
      return
    }
    #expect(decoder.next() == .needsMoreBytes)
    #expect(decoder.isInsideFrame)
    decoder.append(ByteBuffer(bytes: [2, 3]))
    #expect(decoder.next() == .needsMoreBytes)
    #expect(!decoder.isInsideFrame)
  }
}
