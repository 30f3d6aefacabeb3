/// Names that nobody can guess: 256 random bits each, as 64 hexadecimal digits.
struct RandomNames: Sendable {
  let randomBytes: @Sendable (_ count: Int) -> [UInt8]

  func next() -> String {
    HexDigits.text(randomBytes(Self.bytes))
  }

  /// Whether it looks like one.
  static func isName(_ text: String) -> Bool {
    text.utf8.count == 2 * bytes && text.allSatisfy { $0.isASCII && $0.isHexDigit }
  }

  private static let bytes = 32
}
