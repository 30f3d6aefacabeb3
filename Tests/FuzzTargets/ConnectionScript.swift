import NIOCore
import RPC
import TTRPC
import TTRPCWire

/// What happens to a connection, read from the bytes of a fuzzer so that most of them mean something.
struct ConnectionScript {
  enum Event {
    case read(ByteBuffer)
    case time(TimeAmount)
    /// Whether the peer takes what is written.
    case writable(Bool)
    case halfClosed
    /// A read that asks for the extensions.
    case negotiation(ByteBuffer)
  }

  private var input: FuzzInput

  init(_ bytes: UnsafeRawBufferPointer) {
    input = FuzzInput(bytes)
  }

  /// The next event: a byte says which, and what it needs follows.
  mutating func next() -> Event? {
    if input.isEmpty { return nil }
    switch input.byte() & 15 {
    case 0: return .read(ByteBuffer(bytes: input.bytes(Int(input.byte()))))
    case 1: return .time(.milliseconds(Int64(input.byte()) * 100))
    case 2: return .writable(input.byte() & 1 == 1)
    case 3: return .halfClosed
    case 4...8: return .read(request())
    case 9: return .read(response())
    case 10: return .negotiation(negotiation())
    default: return .read(frame(FrameType(rawValue: type()), data: input.bytes(length())))
    }
  }

  private mutating func type() -> UInt8 {
    let byte = input.byte()
    return byte < 0x80 ? 3 : byte < 0xc0 ? 0x10 + byte % 4 : byte
  }

  private mutating func length() -> Int { Int(input.byte()) }

  private mutating func frame(_ type: FrameType, data: [UInt8]) -> ByteBuffer {
    var frame = ByteBuffer()
    frame.writeFrameHeader(
      FrameHeader(
        dataLength: data.count,
        streamID: StreamID(UInt32(input.byte())),
        type: type,
        flags: FrameFlags(rawValue: input.byte())
      )
    )
    frame.writeBytes(data)
    return frame
  }

  /// A Request for one of the methods of the fuzzed server.
  private mutating func request() -> ByteBuffer {
    let names = FuzzHandlers.methodNames
    let method = MethodDescriptor(
      service: FuzzHandlers.service,
      name: names[Int(input.byte()) % names.count],
      kind: .unary
    )
    var writer = FrameWriter()
    writer.writeRequest(
      StreamID(UInt32(input.byte())),
      method,
      metadata: Metadata(),
      timeoutNanoseconds: Int64(input.byte()) * 10_000_000,
      payload: ByteBuffer(bytes: input.bytes(length())),
      flags: FrameFlags(rawValue: input.byte())
    )
    return writer.take() ?? ByteBuffer()
  }

  private mutating func negotiation() -> ByteBuffer {
    var writer = FrameWriter()
    writer.writeRequest(
      StreamID(UInt32(input.byte())),
      Negotiation.method,
      metadata: Metadata(),
      timeoutNanoseconds: 0,
      payload: Negotiation(initialWindow: Int(input.byte()) * 8).encoded(),
      flags: []
    )
    return writer.take() ?? ByteBuffer()
  }

  private mutating func response() -> ByteBuffer {
    var writer = FrameWriter()
    let id = StreamID(UInt32(input.byte()))
    if input.byte() & 1 == 0 {
      writer.writeResponse(id, payload: ByteBuffer(bytes: input.bytes(length())))
    } else {
      writer.writeResponse(id, error: RPCError(.unavailable, "going"))
    }
    return writer.take() ?? ByteBuffer()
  }

  // MARK: Seeds

  /// A script for each kind of call and each kind of event.
  static func seeds(requests: Bool) -> [[UInt8]] {
    let calls = FuzzHandlers.methodNames.indices.flatMap { method -> [[UInt8]] in
      [0, 1, 2].map { flags in request(UInt8(method), flags: flags) }
    }
    let rest: [[UInt8]] = [
      [10, 1, 2], [11, 0x80, 4, 0, 0, 0, 9, 3, 0], [11, 0x81, 0, 3, 0], data(flags: 0),
      data(flags: 1), data(flags: 5), [1, 3], [2, 0], [2, 1], [3],
      [9, 1, 0, 2, 7, 7], [9, 1, 1], [0, 4, 0, 0, 0, 1],
    ]
    let whole = calls.map { call in call + rest.flatMap(\.self) }
    return whole + (requests ? calls : rest)
  }

  private static func request(_ method: UInt8, flags: UInt8) -> [UInt8] {
    [4, method, 1, 0, 3, 1, 2, 3, flags]
  }

  private static func data(flags: UInt8) -> [UInt8] {
    [11, 0, 2, 8, 9, 1, flags]
  }
}
