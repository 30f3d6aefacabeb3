import NIOCore
import TTRPCWire

extension FuzzTarget {
  /// The first byte says how the others arrive in pieces, the second which limit holds.
  static let frameDecoder = FuzzTarget(name: "frame-decoder", run: fuzzFrameDecoder) {
    let frames: [[UInt8]] = [
      [0, 0, 0, 0, 0, 0, 0, 1, 1, 0],
      [0, 0, 0, 3, 0, 0, 0, 1, 3, 1, 7, 8, 9],
      [0, 0, 0, 25, 0, 0, 0, 3, 3, 0] + Array(repeating: 0, count: 25),
      [0, 0x3f, 0xff, 0xff, 0, 0, 0, 5, 1, 2, 1, 2, 3],
      [0, 0, 0, 4, 0, 0, 0, 7, 0x10, 0, 0, 0, 1, 0],
      Array("GET / HTTP/1.1\r\n\r\n".utf8),
    ]
    return [0, 1, 3, 11].flatMap { cut in
      [0, 1, 2].map { limit in [cut, limit] + frames.joined() }
        + frames.map { [cut, 0] + $0 }
    }
  }

  private static let limits = [24, 1 << 10, FrameHeader.dataLengthMax]
}

/// Frames are the same however their bytes arrive, nothing beyond one incomplete frame is kept, and
/// what came out, written again, is what went in.
private func fuzzFrameDecoder(_ bytes: UnsafeRawBufferPointer) throws {
  var input = FuzzInput(bytes)
  let cut = Int(input.byte())
  let limit = [24, 1 << 10, FrameHeader.dataLengthMax][Int(input.byte()) % 3]
  let stream = input.remainder()
  let whole = try decode([stream], limit)
  let pieces = try decode(pieces(of: stream, seed: cut), limit)
  try promise(whole == pieces, "frames depend on how their bytes arrive")
  try promise(
    stream.starts(with: written(whole)),
    "the frames, written again, are not what was read"
  )
}

private func decode(_ reads: [[UInt8]], _ limit: Int) throws -> [FrameDecoder.Output] {
  var decoder = FrameDecoder(dataLengthMax: limit)
  var outputs: [FrameDecoder.Output] = []
  for read in reads {
    decoder.append(ByteBuffer(bytes: read))
    reading: while true {
      let output = decoder.next()
      switch output {
      case .frame(let header, let data):
        try promise(header.dataLength == data.readableBytes, "a frame has other data than it says")
        try promise(header.dataLength <= limit, "a frame over the limit was kept")
      case .oversized(let header):
        try promise(header.dataLength > limit, "a frame within the limit was skipped")
      case .foreignProtocol:
        return outputs + [output]
      case .needsMoreBytes:
        break reading
      }
      outputs.append(output)
    }
    try promise(
      decoder.bufferedBytes < FrameHeader.length + limit,
      "more than one incomplete frame is kept"
    )
  }
  return outputs
}

/// Cuts the bytes, mostly into pieces of a few bytes each, in a way that the seed fixes.
func pieces(of bytes: [UInt8], seed: Int) -> [[UInt8]] {
  var pieces: [[UInt8]] = []
  var start = 0
  var state = UInt64(seed) &+ 1
  while start < bytes.count {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let length = seed == 0 ? 1 : 1 + Int(state >> 33) % (seed + 1)
    let end = min(bytes.count, start + length)
    pieces.append(Array(bytes[start..<end]))
    start = end
  }
  return pieces
}

/// The frames up to the first that was skipped, as bytes.
private func written(_ outputs: [FrameDecoder.Output]) -> [UInt8] {
  var buffer = ByteBuffer()
  for output in outputs {
    guard case .frame(let header, let data) = output else { break }
    buffer.writeFrameHeader(header)
    buffer.writeImmutableBuffer(data)
  }
  return Array(buffer.readableBytesView)
}
