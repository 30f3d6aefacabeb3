import NIOCore
import TTRPCWire

/// The bytes of a frame, put together without the code under test.
func frameBytes(
  _ type: UInt8,
  on stream: UInt32,
  flags: UInt8 = 0,
  data: [UInt8] = [],
  declaring length: Int? = nil
) -> [UInt8] {
  let length = length ?? data.count
  let header = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) }
  let streamID = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: stream >> $0) }
  return header + streamID + [type, flags] + data
}

/// What a decoder says to bytes that arrive in those pieces, up to and without the last "needs
/// more bytes".
func outputs(of pieces: some Sequence<some Sequence<UInt8>>, limit: Int) -> [FrameDecoder.Output] {
  var decoder = FrameDecoder(dataLengthMax: limit)
  var outputs: [FrameDecoder.Output] = []
  for piece in pieces {
    decoder.append(ByteBuffer(bytes: piece))
    while true {
      let output = decoder.next()
      if output == .needsMoreBytes { break }
      outputs.append(output)
      if output == .foreignProtocol { return outputs }
    }
  }
  return outputs
}
