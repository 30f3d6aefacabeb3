/// What must not stand in a JSON string as it is: quotes, controls, of terminals too, and the two line
/// ends that JavaScript has besides.
struct JSONEscape {
  /// What is written in its place.
  let text: String
  /// Bytes that it replaces.
  let length: Int

  /// Whether what begins with that byte needs a closer look. Most of a text does not.
  @inline(__always)
  private static func mayBegin(with byte: UInt8) -> Bool {
    if byte < 0x7f {
      return byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }
    return byte == 0x7f || byte == 0xc2 || byte == 0xe2
  }

  /// Where what certainly needs no escape ends: eight bytes at a time while all are ASCII, which most are.
  static func plainEnd(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let bytes = UnsafeRawBufferPointer(text)
    var index = start
    while index + 8 <= bytes.count,
      isPlain(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
    {
      index += 8
    }
    while index < text.count, !mayBegin(with: text[index]) { index += 1 }
    return index
  }

  /// Whether none of eight bytes is a control, a quote, a backslash or beyond ASCII. The top bit of a
  /// byte tells: it is set by a subtraction from a byte that is too small, or an addition to one that is
  /// too large.
  @inline(__always)
  private static func isPlain(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = word ^ ones &* UInt64(UInt8(ascii: "\""))
    let backslashes = word ^ ones &* UInt64(UInt8(ascii: "\\"))
    let tooSmall = (word &- ones &* 0x20) | (quotes &- ones) | (backslashes &- ones)
    return (tooSmall | word | (word &+ ones)) & (ones &* 0x80) == 0
  }

  /// - Parameter text: valid UTF-8.
  init?(at index: Int, of text: UnsafeBufferPointer<UInt8>) {
    switch text[index] {
    case UInt8(ascii: "\""): self.init("\\\"")
    case UInt8(ascii: "\\"): self.init("\\\\")
    case UInt8(ascii: "\n"): self.init("\\n")
    case UInt8(ascii: "\r"): self.init("\\r")
    case UInt8(ascii: "\t"): self.init("\\t")
    case 0x00...0x1f, 0x7f: self.init(scalar: UInt32(text[index]), length: 1)
    case 0xc2 where (0x80...0x9f).contains(text[index + 1]):
      self.init(scalar: UInt32(text[index + 1]), length: 2)
    case 0xe2 where text[index + 1] == 0x80 && (0xa8...0xa9).contains(text[index + 2]):
      self.init(scalar: 0x2000 + UInt32(text[index + 2] - 0x80), length: 3)
    default: return nil
    }
  }

  private init(_ text: String) {
    self.text = text
    length = 1
  }

  private init(scalar: UInt32, length: Int) {
    let digits = String(scalar, radix: 16)
    text = "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    self.length = length
  }
}
