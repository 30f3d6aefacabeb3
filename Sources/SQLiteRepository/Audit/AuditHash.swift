import Crypto

/// The bytes of a record that are hashed, and their hash. docs/operations.md says the same to whoever
/// wants to check the chain with a program of their own.
struct AuditHasher {
  /// What stands in place of the hash before the first record.
  static let start = [UInt8](repeating: 0, count: 32)

  private var bytes: [UInt8] = []
  /// Where the texts stand among them.
  private var texts: [Range<Int>] = []

  /// Begins a record.
  mutating func begin(after hash: [UInt8], index: Int64, milliseconds: Int64) {
    bytes.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: hash)
    append(UInt64(bitPattern: index))
    append(UInt64(bitPattern: milliseconds))
  }

  /// Appends a text, behind its length.
  mutating func append(_ text: UnsafeRawBufferPointer) {
    append(UInt32(truncatingIfNeeded: text.count))
    texts.append(bytes.count..<bytes.count + text.count)
    bytes.append(contentsOf: text)
  }

  mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// Calls `body` with the texts of the record, in the order in which they came. They are gone when
  /// it returns.
  func withTexts<Value>(
    _ body: (_ texts: [Range<Int>], _ bytes: UnsafeRawBufferPointer) throws -> Value
  ) rethrows -> Value {
    try bytes.withUnsafeBytes { try body(texts, $0) }
  }

  /// Puts the hash of what was appended in the place of another one.
  func finish(into hash: inout [UInt8]) {
    hash.removeAll(keepingCapacity: true)
    // A digest is a sequence of bytes as well, and copies itself to become one.
    SHA256.hash(data: bytes).withUnsafeBytes { hash.append(contentsOf: $0) }
  }

  private mutating func append(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
  }
}
