import GRPCTransport
import NIOCore
import RPC

extension FuzzTarget {
  /// The first byte says how the others arrive in pieces, the second whether the method takes a stream,
  /// and what messages are compressed in.
  static let grpcReader = FuzzTarget(name: "grpc-reader", run: fuzzGRPCReader) {
    let messages: [[UInt8]] = [
      [0, 0, 0, 0, 0], [0, 0, 0, 0, 3, 7, 8, 9], [0, 0, 0, 0, 24] + Array(repeating: 1, count: 24),
      [1, 0, 0, 0, 1, 5], [0, 0xff, 0xff, 0xff, 0xff, 1], [9],
      // "abc", and a thousand times "a", in deflate.
      [1, 0, 0, 0, 11, 120, 156, 75, 76, 74, 6, 0, 2, 77, 1, 39],
      [1, 0, 0, 0, 17, 120, 156, 75, 76, 28, 5, 163, 96, 20, 12, 119, 0, 0, 249, 216, 122, 248],
    ]
    return [0, 1, 5].flatMap { cut in
      [0, 1, 4, 5].flatMap { kind in
        [[cut, kind] + messages.joined()] + messages.map { [cut, kind] + $0 }
      }
    }
  }
}

/// What follows from the bytes of a call is the same however they arrive, and no message is longer than
/// the limit.
private func fuzzGRPCReader(_ bytes: UnsafeRawBufferPointer) throws {
  var input = FuzzInput(bytes)
  let cut = Int(input.byte())
  let kind = Int(input.byte())
  let stream = input.remainder()
  let whole = try read([stream], kind)
  try promise(
    whole == read(pieces(of: stream, seed: cut), kind),
    "messages depend on how their bytes arrive"
  )
}

private func read(_ reads: [[UInt8]], _ kind: Int) throws -> [GRPCRequestReader.Step] {
  let limit = 24
  let encodings: [MessageEncoding] = [.identity, .gzip, .deflate]
  var reader = GRPCRequestReader(
    takesStream: kind & 1 == 1,
    encoding: encodings[(kind >> 1) % encodings.count],
    messageLengthMax: limit
  )
  var steps: [GRPCRequestReader.Step] = []
  for (index, read) in (reads.isEmpty ? [[]] : reads).enumerated() {
    reader.received(ByteBuffer(bytes: read), isLast: index >= reads.count - 1)
    reading: while true {
      let step = reader.next()
      switch step {
      case .needsMoreBytes: break reading
      case .message(let message):
        try promise(message.readableBytes <= limit, "a message over the limit was given")
        steps.append(step)
      case .ended:
        steps.append(step)
        break reading
      case .violation: return steps + [step]
      }
    }
    try promise(
      reader.waitingBytes < GRPCMessageDecoder.prefixLength + 2 * limit,
      "more than a message and one that is incomplete are kept"
    )
  }
  return steps
}
