public import NIOCore
public import RPC
import TTRPCWire

/// The call that is made again and again. It is encoded once and then only copied, so that the load
/// generator measures the server and not itself.
public struct LoadRequest: Sendable {
  let method: MethodDescriptor
  let payload: ByteBuffer
  let metadata: Metadata
  /// The frame of ttrpc.
  private let bytes: [UInt8]
  /// Where the text that differs from call to call stands.
  private let varying: Range<Int>?

  /// - Parameters:
  ///   - payload: the request message, encoded.
  ///   - text: for ttrpc only: a part of the message that is replaced by other letters in every
  ///     call.
  public init(
    _ method: MethodDescriptor,
    _ payload: ByteBuffer,
    metadata: Metadata = Metadata(),
    varying text: String? = nil
  ) {
    self.method = method
    self.payload = payload
    self.metadata = metadata
    var data = ByteBuffer()
    data.writeField(1, method.service.utf8)
    data.writeField(2, method.name.utf8)
    data.writeField(3, payload.readableBytesView)
    for pair in metadata.entries {
      var entry = ByteBuffer()
      entry.writeField(1, pair.key.utf8)
      entry.writeField(2, pair.value.utf8)
      data.writeField(5, entry.readableBytesView)
    }
    var frame = ByteBuffer()
    frame.writeFrameHeader(
      FrameHeader(dataLength: data.readableBytes, streamID: StreamID(1), type: .request)
    )
    frame.writeBuffer(&data)
    let bytes = Array(frame.readableBytesView)
    self.bytes = bytes
    varying = text.flatMap { bytes.firstRange(of: Array($0.utf8)) }
  }

  /// - Throws: what encoding the message throws.
  public init(
    _ method: MethodDescriptor,
    _ message: some RPCMessage,
    varying text: String? = nil
  ) throws {
    var payload = ByteBuffer()
    try message.encode(into: &payload)
    self.init(method, payload, varying: text)
  }

  /// A message, encoded, whose field 1 holds so many bytes.
  public static func message(bytes count: Int) -> ByteBuffer {
    var message = ByteBuffer()
    message.writeField(1, repeatElement(UInt8(ascii: "a"), count: count))
    return message
  }

  /// Appends the frame of ttrpc for a stream; `number` makes what varies differ.
  func write(_ id: StreamID, number: UInt64, into buffer: inout ByteBuffer) {
    let start = buffer.writerIndex
    buffer.writeBytes(bytes)
    buffer.setInteger(id.rawValue, at: start + 4)
    guard let varying else { return }
    var number = number
    for index in varying.reversed() {
      // Letters only, and the slowest digit first, as keys with a time in front would be.
      buffer.setInteger(UInt8(ascii: "a") + UInt8(number & 15), at: start + index)
      number >>= 4
    }
  }
}

extension ByteBuffer {
  /// A length-delimited field of protobuf.
  fileprivate mutating func writeField(_ number: UInt8, _ value: some Collection<UInt8>) {
    writeInteger(number << 3 | 2)
    var length = value.count
    while length >= 0x80 {
      writeInteger(UInt8(truncatingIfNeeded: length) | 0x80)
      length >>= 7
    }
    writeInteger(UInt8(length))
    writeBytes(value)
  }
}
