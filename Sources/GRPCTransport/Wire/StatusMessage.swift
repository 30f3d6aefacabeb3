/// The text of `grpc-message`: UTF-8 with everything but printable ASCII, and `%` itself, as `%XX`.
enum StatusMessage {
  static func encoded(_ text: String) -> String {
    if text.utf8.allSatisfy(isPlain) { return text }
    var result = [UInt8]()
    result.reserveCapacity(text.utf8.count * 3)
    for byte in text.utf8 {
      if isPlain(byte) {
        result.append(byte)
      } else {
        result.append(UInt8(ascii: "%"))
        result.append(digit(byte >> 4))
        result.append(digit(byte & 15))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x20...0x7e).contains(byte) && byte != UInt8(ascii: "%")
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }
}
