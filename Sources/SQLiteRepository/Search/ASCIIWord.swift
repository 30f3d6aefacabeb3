/// A word that is looked for in texts of ASCII, of which a search ranks up to a thousand.
struct ASCIIWord {
  private let bytes: [UInt8]
  private let isBeginning: Bool

  /// - Parameters:
  ///   - word: folded as `SearchWords` does.
  ///   - isBeginning: whether the words that begin so are meant.
  init(_ word: String, isBeginning: Bool) {
    bytes = Array(word.utf8)
    self.isBeginning = isBeginning
  }

  func matches(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
    guard isBeginning ? word.count >= bytes.count : word.count == bytes.count else { return false }
    return zip(word, bytes).allSatisfy { Self.lowercased($0) == $1 }
  }

  /// Whether a byte is a letter or a digit.
  static func isPart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}
