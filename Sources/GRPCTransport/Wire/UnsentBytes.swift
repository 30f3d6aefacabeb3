import NIOCore

/// The messages of a stream that its peer has not granted room for yet, as the bytes that will go
/// out. It knows where messages end, so that a stream is never cut off within one. Does no I/O.
struct UnsentBytes {
  private var bytes = ByteBuffer()
  /// Bytes that are missing of a message whose beginning has gone out.
  private(set) var missing = 0
  private var isPrefixed = true

  var count: Int { bytes.readableBytes }
  var isEmpty: Bool { bytes.readableBytes == 0 }

  mutating func append(_ message: ByteBuffer) {
    bytes.writeMessagePrefix(length: message.readableBytes)
    bytes.writeImmutableBuffer(message)
  }

  /// The same for one that has its prefix already, or that needs none because nothing but it is sent.
  mutating func append(whole message: ByteBuffer, isPrefixed: Bool) {
    self.isPrefixed = isPrefixed
    if bytes.readableBytes == 0 { bytes = message } else { bytes.writeImmutableBuffer(message) }
  }

  /// Takes as many bytes as there is room for.
  mutating func take(_ room: Int) -> ByteBuffer? {
    let length = min(room, count)
    guard length > 0 else { return nil }
    follow(length)
    if length == count {
      defer { bytes = ByteBuffer() }
      return bytes
    }
    return bytes.readSlice(length: length)
  }

  /// Drops everything that has not gone out.
  mutating func drop() {
    bytes = ByteBuffer()
  }

  /// Finds out where within a message the first so many bytes end.
  private mutating func follow(_ length: Int) {
    if !isPrefixed { return }
    var offset = 0
    while offset < length {
      if missing == 0 {
        let index = bytes.readerIndex + offset + 1
        guard let message = bytes.getInteger(at: index, as: UInt32.self) else { return }
        missing = GRPCMessageDecoder.prefixLength + Int(message)
      }
      let step = min(missing, length - offset)
      missing -= step
      offset += step
    }
  }
}
