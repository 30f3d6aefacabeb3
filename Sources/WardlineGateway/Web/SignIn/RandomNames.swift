/// Names that nobody can guess: 256 random bits each, as 64 hexadecimal digits.
struct RandomNames: Sendable {
  let randomBytes: @Sendable (_ count: Int) -> [UInt8]

  func next() -> String {
    randomBytes(Self.bytes).reduce(into: "") {
      $0 += String($1 >> 4, radix: 16) + String($1 & 0xf, radix: 16)
    }
  }

  /// Whether it looks like one.
  static func isName(_ text: String) -> Bool {
    text.utf8.count == 2 * bytes && text.allSatisfy { $0.isASCII && $0.isHexDigit }
  }

  private static let bytes = 32
}
