package import NIOCore

/// Bytes of a stream to messages: each stands behind a byte that says whether it is compressed, and
/// four with its length. Does no I/O.
package struct GRPCMessageDecoder: Sendable {
  package enum Step: Equatable, Sendable {
    case needsMoreBytes
    case message(ByteBuffer)
    /// The message as it came, which is compressed.
    case compressed(ByteBuffer)
    /// The first byte is neither 0 nor 1.
    case malformed
    /// So many bytes are announced, which is more than there may be. None of them has been kept.
    case tooLarge(Int)
  }

  /// The flag and the length before each message.
  package static let prefixLength = 5

  private let messageLengthMax: Int
  private var bytes = ByteBuffer()

  /// - Parameter messageLengthMax: bytes of one message, without the prefix.
  package init(messageLengthMax: Int) {
    self.messageLengthMax = messageLengthMax
  }

  /// Bytes that have come in and belong to no message that is complete.
  package var waitingBytes: Int { bytes.readableBytes }

  /// More of the stream.
  package mutating func append(_ more: ByteBuffer) {
    if bytes.readableBytes == 0 {
      bytes = more
    } else {
      bytes.writeImmutableBuffer(more)
    }
  }

  /// Takes everything that has come in, as it is.
  package mutating func takeAll() -> ByteBuffer {
    defer { bytes = ByteBuffer() }
    return bytes
  }

  /// Takes the next message. After anything but a message and `needsMoreBytes` the stream is of no use.
  package mutating func next() -> Step {
    guard
      let (flag, length) = bytes.getMultipleIntegers(
        at: bytes.readerIndex,
        as: (UInt8, UInt32).self
      )
    else {
      return .needsMoreBytes
    }
    guard flag <= 1 else { return .malformed }
    guard length <= messageLengthMax else { return .tooLarge(Int(length)) }
    guard bytes.readableBytes >= Self.prefixLength + Int(length) else { return .needsMoreBytes }
    bytes.moveReaderIndex(forwardBy: Self.prefixLength)
    guard let message = bytes.readSlice(length: Int(length)) else { return .needsMoreBytes }
    if bytes.readableBytes == 0 { bytes = ByteBuffer() }
    return flag == 0 ? .message(message) : .compressed(message)
  }
}

extension ByteBuffer {
  /// Writes the flag and the length that stand before a message.
  mutating func writeMessagePrefix(length: Int) {
    writeMultipleIntegers(UInt8(0), UInt32(truncatingIfNeeded: length))
  }
}
