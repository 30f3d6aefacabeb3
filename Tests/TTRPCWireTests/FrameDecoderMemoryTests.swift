import NIOCore
import TTRPCWire
import Testing

@Suite("What the frame decoder holds")
struct FrameDecoderMemoryTests {
  @Test("no more than one incomplete frame is held, however the bytes come")
  func incompleteFrame() {
    var decoder = FrameDecoder(dataLengthMax: 1000)
    let frame = frameBytes(3, on: 1, data: Array(repeating: 1, count: 1000))
    for byte in Array(repeatElement(frame, count: 5).joined()) {
      decoder.append(ByteBuffer(bytes: [byte]))
      while decoder.next() != .needsMoreBytes {}
      #expect(decoder.bufferedBytes < 1000 + FrameHeader.length)
    }
    #expect(decoder.bufferedBytes == 0)
  }

  @Test("the storage does not grow while frames straddle reads for a long time")
  func straddlingFrames() {
    var decoder = FrameDecoder()
    let frame = frameBytes(3, on: 1, data: Array(repeating: 1, count: 1014))
    let stream = Array(repeatElement(frame, count: 8).joined())
    var capacityMax = 0
    var frames = 0
    // Each read of 1,024 bytes ends in the middle of a frame, so the buffer is never empty.
    decoder.append(ByteBuffer(bytes: frame.prefix(500)))
    var offset = 500
    for _ in 0..<20_000 {
      let end = offset + 1024
      decoder.append(ByteBuffer(bytes: (offset..<end).map { stream[$0 % stream.count] }))
      offset = end % stream.count
      while case .frame(_, let data) = decoder.next() {
        frames += 1
        capacityMax = max(capacityMax, data.storageCapacity)
      }
      #expect(decoder.bufferedBytes == 500)
    }
    #expect(frames == 20_000)
    #expect(capacityMax <= 8192)
  }

  @Test("a frame that was handed out does not change when more is read")
  func framesAreValues() {
    var decoder = FrameDecoder()
    decoder.append(ByteBuffer(bytes: frameBytes(3, on: 1, data: [1, 2, 3]) + [0, 0]))
    guard case .frame(_, let data) = decoder.next() else {
      Issue.record("the frame is complete")
      return
    }
    decoder.append(ByteBuffer(bytes: frameBytes(3, on: 3, data: [9, 9, 9]).dropFirst(2)))
    guard case .frame = decoder.next() else {
      Issue.record("the second frame is complete")
      return
    }
    #expect(Array(data.readableBytesView) == [1, 2, 3])
  }

  @Test("the storage of a large frame is given back once nothing is left to parse")
  func largeFrameIsGivenBack() {
    var decoder = FrameDecoder()
    let length = FrameHeader.dataLengthMax
    decoder.append(ByteBuffer(bytes: frameBytes(3, on: 1, declaring: length)))
    decoder.append(ByteBuffer(repeating: 1, count: length))
    guard case .frame = decoder.next() else {
      Issue.record("the frame is complete")
      return
    }
    #expect(decoder.next() == .needsMoreBytes)
    #expect(decoder.storageBytes == 0)
  }

  @Test("the storage of a large frame is given back when the start of a small one follows it")
  func largeFrameIsGivenBackBehindTheNext() {
    var decoder = FrameDecoder()
    let length = FrameHeader.dataLengthMax
    decoder.append(ByteBuffer(bytes: frameBytes(3, on: 1, declaring: length)))
    var rest = ByteBuffer(repeating: 1, count: length)
    rest.writeBytes(frameBytes(3, on: 1, data: [1], declaring: 3))
    decoder.append(rest)
    guard case .frame = decoder.next() else {
      Issue.record("the frame is complete")
      return
    }
    #expect(decoder.next() == .needsMoreBytes)
    #expect(decoder.storageBytes <= 64)
    decoder.append(ByteBuffer(bytes: [2, 3]))
    #expect(
      decoder.next()
        == .frame(
          FrameHeader(dataLength: 3, streamID: StreamID(1), type: .data),
          data: ByteBuffer(bytes: [1, 2, 3])
        )
    )
  }
}
