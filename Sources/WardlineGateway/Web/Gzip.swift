import CZlib
import NIOCore

/// Compression as browsers take it (RFC 1952).
enum Gzip {
  /// The bytes, compressed as small as they get; nil if there is no memory for it.
  static func compress(_ bytes: ByteBuffer) -> ByteBuffer? {
    var stream = z_stream()
    let ready = deflateInit2_(
      &stream,
      Z_BEST_COMPRESSION,
      Z_DEFLATED,
      windowBitsOfGzip,
      memoryLevel,
      Z_DEFAULT_STRATEGY,
      ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size)
    )
    guard ready == Z_OK else { return nil }
    defer { deflateEnd(&stream) }
    let room = Int(deflateBound(&stream, UInt(bytes.readableBytes)))
    var compressed = ByteBuffer()
    var result = Z_OK
    compressed.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { target in
      bytes.withUnsafeReadableBytes { source in
        // zlib only reads from where its input stands, though its header does not say so.
        stream.next_in = UnsafeMutablePointer(
          mutating: source.bindMemory(to: UInt8.self).baseAddress
        )
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.bindMemory(to: UInt8.self).baseAddress
        stream.avail_out = UInt32(target.count)
        result = deflate(&stream, Z_FINISH)
      }
      return Int(stream.total_out)
    }
    return result == Z_STREAM_END ? compressed : nil
  }

  /// The largest window, and a gzip header in place of zlib's.
  private static let windowBitsOfGzip: Int32 = 15 + 16
  private static let memoryLevel: Int32 = 9
}
