/// Unicode's control characters: U+0000...U+001F and U+007F...U+009F.
enum ControlCharacters {
  static func occur(in text: String) -> Bool {
    // By bytes, which is much faster than by scalars: those from U+0080 are C2 and one more.
    var previous: UInt8 = 0
    for byte in text.utf8 {
      if byte < 0x20 || byte == 0x7F || (previous == 0xC2 && byte < 0xA0) { return true }
      previous = byte
    }
    return false
  }

  /// Whether U+0000 occurs, at which some programs end a text.
  static func hasNull(_ text: String) -> Bool {
    // In one stretch of memory, where it is a native string: every other one is slow.
    text.utf8.withContiguousStorageIfAvailable { $0.contains(0) } ?? text.utf8.contains(0)
  }
}
