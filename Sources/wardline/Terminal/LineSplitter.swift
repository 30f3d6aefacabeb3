/// Puts pieces of input together to lines, for input that is no terminal.
struct LineSplitter {
  private var begun: [UInt8] = []

  /// The lines that are now complete, without their ends. Bytes that are not UTF-8 are replaced.
  mutating func lines(_ bytes: some Sequence<UInt8>) -> [String] {
    var lines: [String] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        lines.append(take())
      } else {
        begun.append(byte)
      }
    }
    return lines
  }

  /// What came after the last line end; nil when there is nothing.
  mutating func rest() -> String? {
    begun.isEmpty ? nil : take()
  }

  private mutating func take() -> String {
    if begun.last == UInt8(ascii: "\r") { begun.removeLast() }
    defer { begun = [] }
    return String(decoding: begun, as: UTF8.self)
  }
}
