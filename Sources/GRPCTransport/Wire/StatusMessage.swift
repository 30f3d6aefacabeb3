/// The text of `grpc-message`: UTF-8 with everything but printable ASCII, and `%` itself, as `%XX`.
enum StatusMessage {
  static func encoded(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let blank = UInt8(ascii: " ")
    if bytes.allSatisfy(isPlain), bytes.first != blank, bytes.last != blank { return text }
    var result = [UInt8]()
    result.reserveCapacity(bytes.count * 3)
    for (index, byte) in bytes.enumerated() {
      // A value neither begins nor ends with a blank (RFC 9113, 8.2.1).
      let isAtEdge = index == 0 || index == bytes.count - 1
      if isPlain(byte), !(isAtEdge && byte == blank) {
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
