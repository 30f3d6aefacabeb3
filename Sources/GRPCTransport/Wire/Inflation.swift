import CZlib
import NIOCore

/// Compressed bytes to those they were. Nothing is kept between messages.
enum Inflation {
  enum Failure: Error, Equatable {
    /// They are not whole, not of that encoding, or not all of it.
    case malformed
    /// They would be more than there may be.
    case tooLarge
  }

  /// What may be compressed is little: a message is seldom larger than this.
  private static let stepMax = 16 << 10

  /// How many bytes a message may become. It is read before anybody knows who sends it, so what little
  /// costs the sender must not cost the server much; texts and files stay far below.
  static func lengthMax(of message: ByteBuffer) -> Int {
    (64 << 10) + 100 * message.readableBytes
  }

  /// - Parameter limit: bytes that may come out.
  static func inflate(
    _ bytes: ByteBuffer,
    _ encoding: MessageEncoding,
    limit: Int
  ) throws(Failure) -> ByteBuffer {
    guard let window = windowBits(encoding) else { throw .malformed }
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(&stream, window, ZLIB_VERSION, size) == Z_OK else { throw .malformed }
    defer { inflateEnd(&stream) }
    var inflated = ByteBuffer()
    var state = Z_OK
    while state == Z_OK {
      // One more than may be, so that what is exactly the limit is seen to end there.
      let room = min(limit + 1 - inflated.readableBytes, max(stepMax, inflated.readableBytes))
      state = step(&stream, bytes, into: &inflated, room: room)
      if inflated.readableBytes > limit { throw .tooLarge }
    }
    guard state == Z_STREAM_END, stream.total_in == bytes.readableBytes else { throw .malformed }
    return inflated
  }

  /// One call of zlib's: `Z_OK` when there is more.
  private static func step(
    _ stream: inout z_stream,
    _ bytes: ByteBuffer,
    into inflated: inout ByteBuffer,
    room: Int
  ) -> Int32 {
    var state = Z_DATA_ERROR
    inflated.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { target in
      bytes.withUnsafeReadableBytes { source in
        let rest = UnsafeRawBufferPointer(rebasing: source.dropFirst(Int(stream.total_in)))
        // zlib only reads from where its input stands, though its header does not say so.
        stream.next_in = UnsafeMutablePointer(mutating: rest.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(rest.count)
        stream.next_out = target.bindMemory(to: UInt8.self).baseAddress
        stream.avail_out = UInt32(min(room, target.count))
        state = CZlib.inflate(&stream, Z_NO_FLUSH)
        return min(room, target.count) - Int(stream.avail_out)
      }
    }
    return state
  }

  /// The largest window, and which header is expected before the data.
  private static func windowBits(_ encoding: MessageEncoding) -> Int32? {
    switch encoding {
    case .identity: nil
    case .gzip: 15 + 16
    case .deflate: 15
    }
  }
}
