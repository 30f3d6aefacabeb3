/// What must not stand in a JSON string as it is: quotes, controls, of terminals too, and the two line
/// ends that JavaScript has besides.
struct JSONEscape {
  /// What is written in its place.
  let text: String
  /// Bytes that it replaces.
  let length: Int

  /// Whether what begins with that byte needs a closer look. Most of a text does not.
  @inline(__always)
  static func mayBegin(with byte: UInt8) -> Bool {
    if byte < 0x7f {
      return byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }
    return byte == 0x7f || byte == 0xc2 || byte == 0xe2
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
