import ProtobufC
import SwiftProtobuf

/// Prints messages as JSON, by a schema.
struct SchemaPrinter {
  private let schema: Schema
  private var json: JSONText

  init(schema: Schema, isPretty: Bool) {
    self.schema = schema
    json = JSONText(isPretty: isPretty)
  }

  var text: String { json.text }

  /// Prints a message; fields that are absent or zero are left out, and so are those that the schema
  /// does not know.
  mutating func append(
    _ bytes: ArraySlice<UInt8>,
    _ shape: MessageShape,
    depth: Int
  ) throws(ProtobufDecodingError) {
    guard depth < WireReader.depthMax else { throw malformed(shape) }
    let values = try MessageValues(bytes, shape)
    json.open("{")
    for field in shape.fields {
      let found = values[field.number]
      guard let last = found.last else { continue }
      if let entry = schema.mapEntry(field) {
        json.member(field.jsonName)
        try appendMap(found, shape, field, entry, depth: depth)
      } else if field.isRepeated {
        json.member(field.jsonName)
        json.open("[")
        for value in found {
          json.element()
          try append(value, shape, field, depth: depth)
        }
        json.close("]")
      } else if field.hasPresence || !last.isZero {
        json.member(field.jsonName)
        try append(field.kind == .message ? Self.merged(found) : last, shape, field, depth: depth)
      }
    }
    json.close("}")
  }

  /// A message that comes in pieces is the one that their bytes in a row are.
  private static func merged(_ values: [WireValue]) -> WireValue {
    if values.count == 1 { return values[0] }
    return .bytes(
      values.reduce(into: []) { all, value in
        if case .bytes(let bytes) = value { all += bytes }
      }
    )
  }

  private mutating func appendMap(
    _ entries: [WireValue],
    _ shape: MessageShape,
    _ field: FieldShape,
    _ entry: (key: FieldShape, value: FieldShape),
    depth: Int
  ) throws(ProtobufDecodingError) {
    guard let entryShape = schema.message(field.typeName) else { throw malformed(shape, field) }
    var order: [String] = []
    var values: [String: WireValue] = [:]
    for case .bytes(let bytes) in entries {
      let pair = try MessageValues(bytes, entryShape)
      var key = SchemaPrinter(schema: schema, isPretty: false)
      let keyValue = pair[1].last ?? entry.key.zero
      try key.append(keyValue, entryShape, entry.key, depth: depth)
      let name = try key.name(of: keyValue, entryShape, entry.key)
      if values.updateValue(pair[2].last ?? entry.value.zero, forKey: name) == nil {
        order.append(name)
      }
    }
    json.open("{")
    for name in order {
      guard let value = values[name] else { continue }
      json.member(name)
      try append(value, entryShape, entry.value, depth: depth)
    }
    json.close("}")
  }

  /// The key of an entry as the name of a member, of the text that this printer holds.
  private func name(
    of value: WireValue,
    _ shape: MessageShape,
    _ field: FieldShape
  ) throws(ProtobufDecodingError) -> String {
    if case .bytes(let bytes) = value { return try string(bytes, shape, field) }
    return text.filter { $0 != "\"" }
  }

  private mutating func append(
    _ value: WireValue,
    _ shape: MessageShape,
    _ field: FieldShape,
    depth: Int
  ) throws(ProtobufDecodingError) {
    switch value {
    case .number(let bits): appendNumber(bits, field)
    case .bytes(let bytes):
      switch field.kind {
      case .string: json.string(try string(bytes, shape, field))
      case .bytes: json.string(base64(Array(bytes)))
      default:
        guard let inner = schema.message(field.typeName) else { throw malformed(shape, field) }
        try append(bytes, inner, depth: depth + 1)
      }
    }
  }

  private func string(
    _ bytes: ArraySlice<UInt8>,
    _ shape: MessageShape,
    _ field: FieldShape
  ) throws(ProtobufDecodingError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ProtobufDecodingError(.invalidUTF8, message: shape.name, field: field.name)
    }
    return text
  }

  private mutating func appendNumber(_ bits: UInt64, _ field: FieldShape) {
    switch field.kind {
    case .int32, .sfixed32: json.raw(String(Int32(truncatingIfNeeded: bits)))
    case .sint32: json.raw(String(Int32(truncatingIfNeeded: Self.unzigzag(bits))))
    case .uint32, .fixed32: json.raw(String(UInt32(truncatingIfNeeded: bits)))
    case .int64, .sfixed64: json.raw("\"\(Int64(bitPattern: bits))\"")
    case .sint64: json.raw("\"\(Self.unzigzag(bits))\"")
    case .bool: json.boolean(bits != 0)
    case .double: appendReal(Double(bitPattern: bits))
    case .float: appendReal(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case .enum:
      let number = Int32(truncatingIfNeeded: bits)
      if let name = schema.enumeration(field.typeName)?.names[number] {
        json.string(name)
      } else {
        json.raw(String(number))
      }
    case .uint64, .fixed64, .string, .bytes, .message, .group: json.raw("\"\(bits)\"")
    }
  }

  private mutating func appendReal<Value: BinaryFloatingPoint & LosslessStringConvertible>(
    _ value: Value
  ) {
    if value.isNaN {
      json.raw("\"NaN\"")
    } else if value.isInfinite {
      json.raw(value < 0 ? "\"-Infinity\"" : "\"Infinity\"")
    } else {
      json.raw(String(value))
    }
  }

  private static func unzigzag(_ bits: UInt64) -> Int64 {
    Int64(bitPattern: bits >> 1) ^ -Int64(bitPattern: bits & 1)
  }
}

private func malformed(_ shape: MessageShape, _ field: FieldShape? = nil) -> ProtobufDecodingError {
  ProtobufDecodingError(.malformed, message: shape.name, field: field?.name)
}
