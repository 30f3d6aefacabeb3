/// Bytes as text, two hexadecimal digits each: what names, tags and cookies can hold.
enum HexDigits {
  static func text(_ bytes: some Sequence<UInt8>) -> String {
    bytes.reduce(into: "") { $0 += String($1 >> 4, radix: 16) + String($1 & 0xf, radix: 16) }
  }

  /// nil for anything else.
  static func bytes(_ text: String) -> [UInt8]? {
    let digits = text.compactMap(\.hexDigitValue)
    guard digits.count == text.utf8.count, digits.count % 2 == 0 else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map {
      UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
  }
}
