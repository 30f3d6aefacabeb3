import ProtobufC

/// Good input for a type of message, found by trying: for each field every way in which protobuf
/// writes one, of which those are kept that the type accepts.
enum MessageSeeds {
  static func make(for type: any ProtobufMessage.Type) -> [[UInt8]] {
    let fields = type.descriptor.fields.compactMap { field -> [UInt8]? in
      ways(field.number).first { accepts($0, type) }
    }
    return [[], fields.flatMap(\.self), fields.flatMap { $0 + $0 }]
  }

  /// The field as text, a nested message, a number of either size, and a varint.
  private static func ways(_ number: UInt32) -> [[UInt8]] {
    [
      key(number, 2) + [3, 0x0a, 1, 0x61], key(number, 2) + [2, 0x61, 0x62],
      key(number, 2) + [0], key(number, 0) + [1],
      key(number, 5) + [1, 2, 3, 4], key(number, 1) + [1, 2, 3, 4, 5, 6, 7, 8],
    ]
  }

  private static func key(_ number: UInt32, _ wireType: UInt32) -> [UInt8] {
    let key = number << 3 | wireType
    return key < 0x80
      ? [UInt8(key)] : [UInt8(key & 0x7f) | 0x80, UInt8(truncatingIfNeeded: key >> 7)]
  }

  /// Whether the bytes are read, and not as a field that is unknown.
  private static func accepts<Message: ProtobufMessage>(
    _ bytes: [UInt8],
    _ type: Message.Type
  ) -> Bool {
    guard let message = try? Message(decoding: bytes) else { return false }
    return message != Message()
  }
}
