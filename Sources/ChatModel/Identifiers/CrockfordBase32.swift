/// Douglas Crockford's base 32, lower case, for 64-bit numbers at a fixed width.
///
/// The width makes the text sort as the number does. Only the canonical form is parsed, so that
/// one number has one name.
enum CrockfordBase32 {
  static let width = 13

  private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

  static func encode(_ value: UInt64) -> String {
    String(unsafeUninitializedCapacity: width) { buffer in
      for index in 0..<width {
        let shift = UInt64(5 * (width - 1 - index))
        buffer[index] = alphabet[Int(truncatingIfNeeded: (value >> shift) & 31)]
      }
      return width
    }
  }

  static func decode(_ text: String) -> UInt64? {
    guard text.utf8.count == width else { return nil }
    var value: UInt64 = 0
    for (index, byte) in text.utf8.enumerated() {
      guard let digit = alphabet.firstIndex(of: byte) else { return nil }
      // 13 digits hold 65 bits: the first one may only use four of its five.
      if index == 0, digit > 15 { return nil }
      value = value << 5 | UInt64(digit)
    }
    return value
  }
}
