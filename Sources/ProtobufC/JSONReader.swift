/// Reads a text of JSON as RFC 8259 has it, and nothing beside: what another reader would understand
/// differently, such as a name that stands twice in an object, is no JSON here.
struct JSONReader {
  /// How deep values may lie in each other.
  static let depthMax = 128

  private let bytes: [UInt8]
  private var place = 0
  private var depth = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// The one value that the text is.
  mutating func read() throws(ProtobufJSONError) -> JSONValue {
    let value = try value()
    skipSpace()
    guard place == bytes.count else { throw wrong("something follows the value") }
    return value
  }

  private mutating func value() throws(ProtobufJSONError) -> JSONValue {
    skipSpace()
    // No value begins with a zero byte.
    switch next ?? 0 {
    case UInt8(ascii: "{"):
      return try nested { reader throws(ProtobufJSONError) in try reader.object() }
    case UInt8(ascii: "["):
      return try nested { reader throws(ProtobufJSONError) in try reader.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw wrong("a value is missing")
    }
  }

  // MARK: Objects and arrays

  private mutating func nested(
    _ read: (inout JSONReader) throws(ProtobufJSONError) -> JSONValue
  ) throws(ProtobufJSONError) -> JSONValue {
    guard depth < Self.depthMax else { throw wrong("values lie too deep in each other") }
    depth += 1
    defer { depth -= 1 }
    place += 1
    return try read(&self)
  }

  private mutating func object() throws(ProtobufJSONError) -> JSONValue {
    var members: [String: JSONValue] = [:]
    if take(UInt8(ascii: "}")) { return .object(members) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw wrong("a name is missing") }
      let name = try string()
      guard take(UInt8(ascii: ":")) else { throw wrong("a colon is missing") }
      let value = try value()
      guard members.updateValue(value, forKey: name) == nil else {
        throw wrong("a name stands twice in an object")
      }
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw wrong("an object does not end") }
    return .object(members)
  }

  private mutating func array() throws(ProtobufJSONError) -> JSONValue {
    var values: [JSONValue] = []
    if take(UInt8(ascii: "]")) { return .array(values) }
    repeat { values.append(try value()) } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw wrong("an array does not end") }
    return .array(values)
  }

  private mutating func word(
    _ word: StaticString,
    _ value: JSONValue
  ) throws(ProtobufJSONError) -> JSONValue {
    for expected in word.description.utf8 {
      guard next == expected else { throw wrong("a value is missing") }
      place += 1
    }
    return value
  }

  // MARK: Numbers

  private mutating func number() throws(ProtobufJSONError) -> JSONValue {
    let start = place
    _ = step(UInt8(ascii: "-"))
    // A zero stands alone: 01 is no number.
    if !step(UInt8(ascii: "0")) { try digits() }
    let isWhole =
      next != UInt8(ascii: ".") && next != UInt8(ascii: "e") && next != UInt8(ascii: "E")
    if step(UInt8(ascii: ".")) { try digits() }
    if step(UInt8(ascii: "e")) || step(UInt8(ascii: "E")) {
      _ = step(UInt8(ascii: "+")) || step(UInt8(ascii: "-"))
      try digits()
    }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    // An integer has no negative zero.
    if isWhole, text != "-0" {
      if let value = Int64(text) { return .integer(value) }
      if let value = UInt64(text) { return .unsigned(value) }
    }
    guard let value = Double(text) else { throw wrong("a number is malformed") }
    return .real(value)
  }

  private mutating func digits() throws(ProtobufJSONError) {
    let start = place
    while let byte = next, isDigit(byte) { place += 1 }
    guard place > start else { throw wrong("a digit is missing") }
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  // MARK: Texts

  private mutating func string() throws(ProtobufJSONError) -> String {
    place += 1
    var text: [UInt8] = []
    var start = place
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        text += bytes[start..<place]
        place += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        text += bytes[start..<place]
        place += 1
        text += String(try escaped()).utf8
        start = place
      case 0..<0x20: throw wrong("a text holds a control character that is not escaped")
      default: place += 1
      }
    }
    throw wrong("a text does not end")
  }

  /// What stands behind a backslash.
  private mutating func escaped() throws(ProtobufJSONError) -> Unicode.Scalar {
    guard let byte = next else { throw wrong("a text does not end") }
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try scalar()
    default: throw wrong("a backslash stands before what needs none")
    }
  }

  /// One scalar, of one unit or of a pair of them.
  private mutating func scalar() throws(ProtobufJSONError) -> Unicode.Scalar {
    let unit = try unit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard UTF16.isLeadSurrogate(unit), step(UInt8(ascii: "\\")), step(UInt8(ascii: "u")) else {
      throw wrong("half a pair of surrogates")
    }
    let trail = try self.unit()
    let value = 0x10000 + (UInt32(unit) & 0x3ff) << 10 + UInt32(trail) & 0x3ff
    guard UTF16.isTrailSurrogate(trail), let scalar = Unicode.Scalar(value) else {
      throw wrong("half a pair of surrogates")
    }
    return scalar
  }

  private mutating func unit() throws(ProtobufJSONError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw wrong("four hexadecimal digits are missing")
      }
      place += 1
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }

  // MARK: Bytes

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  /// Whether that byte stands here; it is behind us then.
  private mutating func step(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    place += 1
    return true
  }

  /// The same, behind white space.
  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    return step(byte)
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
      place += 1
    }
  }

  /// Says where, and nothing of the content.
  private func wrong(_ what: String) -> ProtobufJSONError {
    ProtobufJSONError("this is not JSON: \(what), at byte \(place)")
  }
}
