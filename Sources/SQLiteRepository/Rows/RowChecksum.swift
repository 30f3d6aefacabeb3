import Crypto

/// A number over everything that stands in a row, which is stored beside it.
///
/// SQLite knows a damaged page by its structure only: another letter in a text is a sound text. The
/// first eight bytes of a SHA-256 tell. They are no signature: whoever can write to the file can
/// compute them too, and is found by the audit.
struct RowChecksum {
  private var bytes: [UInt8] = []

  /// What stands before a value, so that no two rows look alike.
  private enum Tag: UInt8 { case null, integer, text }

  /// - Parameter count: bytes that the texts will take.
  init(reserving count: Int = 128) { bytes.reserveCapacity(count + 160) }

  mutating func appendNull() { bytes.append(Tag.null.rawValue) }

  mutating func append(_ value: Int64) {
    bytes.append(Tag.integer.rawValue)
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Appends a text in UTF-8 behind its length.
  mutating func append(_ text: UnsafeRawBufferPointer) {
    bytes.append(Tag.text.rawValue)
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: text.count).littleEndian) {
      bytes.append(contentsOf: $0)
    }
    bytes.append(contentsOf: text)
  }

  /// Of what was appended.
  var value: Int64 {
    SHA256.hash(data: bytes).withUnsafeBytes { digest in
      Int64(bitPattern: UInt64(littleEndian: digest.loadUnaligned(as: UInt64.self)))
    }
  }
}
