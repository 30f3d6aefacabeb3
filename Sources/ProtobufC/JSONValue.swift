internal import FoundationEssentials

/// A parsed JSON text. Integers stay exact, which `Double` would not keep past 2⁵³.
package enum JSONValue {
  case null
  case bool(Bool)
  case integer(Int64)
  case unsigned(UInt64)
  case real(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// - Throws: `ProtobufJSONError` if the text is not JSON.
  package init(parsing text: String) throws(ProtobufJSONError) {
    var reader = JSONReader(text)
    self = try reader.read()
  }

  /// What it is, for errors; never its content.
  package var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer, .unsigned, .real: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// A whole number, also one in a string, as 64-bit numbers are written.
  package func integer<Value: FixedWidthInteger>(as type: Value.Type) -> Value? {
    switch self {
    case .integer(let value): Value(exactly: value)
    case .unsigned(let value): Value(exactly: value)
    case .real(let value): Value(exactly: value)
    case .string(let text): Value(text)
    default: nil
    }
  }

  /// A number, or one of the three words for what JSON has no number for.
  package var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .real(let value): value.isFinite ? value : nil
    case .string("NaN"): .nan
    case .string("Infinity"): .infinity
    case .string("-Infinity"): -.infinity
    case .string(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
    default: nil
    }
  }

  /// Bytes in base64, in either alphabet, with or without padding.
  package var bytes: [UInt8]? {
    guard case .string(let text) = self else { return nil }
    var standard = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
    if standard.utf8.count % 4 != 0 {
      standard += String(repeating: "=", count: 4 - standard.utf8.count % 4)
    }
    return Data(base64Encoded: standard).map { Array($0) }
  }
}

/// Bytes as JSON writes them.
package func base64(_ bytes: [UInt8]) -> String {
  Data(bytes).base64EncodedString()
}
