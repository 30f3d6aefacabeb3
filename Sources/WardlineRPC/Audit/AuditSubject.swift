import ProtobufC

/// Finds what a request names: the fields of its message whose names end in `_id` or `_ids`.
///
/// It reads the bytes of the message, before anybody has decoded it, so that what is refused for its
/// form is recorded with what it asked for.
struct AuditSubject: Sendable {
  /// The words before the colons, by the numbers of the fields.
  private let kinds: [(number: UInt64, kind: String)]

  init(_ message: MessageDescriptor) {
    kinds = message.fields.compactMap { field in
      Self.kind(of: field.name).map { (UInt64(field.number), $0) }
    }
  }

  private static func kind(of field: String) -> String? {
    let stem: Substring
    if field.hasSuffix("_id") {
      stem = field.dropLast(3)
    } else if field.hasSuffix("_ids") {
      stem = field.dropLast(4)
    } else {
      return nil
    }
    // Every other field names a user by the part he is to have.
    let things = ["conversation", "message", "attachment", "participant", "upload"]
    return things.first { stem == $0 || stem.hasSuffix("_" + $0) } ?? "user"
  }

  /// Words such as `conversation:5ngr8qzq1w2ka`, separated by blanks. An identifier that cannot be one
  /// is a question mark: what else was sent is not for the audit.
  func words(in payload: borrowing RawSpan) -> String {
    if kinds.isEmpty { return "" }
    return payload.withUnsafeBytes { bytes in
      var words: [String] = []
      var fields = WireFields(bytes)
      while words.count < Self.wordsMax, let (number, value) = fields.next() {
        guard let kind = kinds.first(where: { $0.number == number })?.kind, !value.isEmpty else {
          continue
        }
        let word = "\(kind):\(Self.identifier(value))"
        if !words.contains(word) { words.append(word) }
      }
      return words.joined(separator: " ")
    }
  }

  private static func identifier(_ bytes: UnsafeRawBufferPointer) -> String {
    guard bytes.count <= 64, bytes.allSatisfy(isAllowed) else { return "?" }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "@"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private static let wordsMax = 8
}
