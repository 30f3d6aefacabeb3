import ProtobufC
import SwiftProtobuf

extension SchemaEncoder {
  /// A number as the bits that stand on the wire.
  func number(
    _ value: JSONValue,
    _ field: FieldShape,
    _ path: String
  ) throws(ProtobufJSONError) -> UInt64 {
    switch field.kind {
    case .int32, .sfixed32: return UInt64(bitPattern: Int64(try int32(value, path)))
    case .sint32: return Self.zigzag(Int64(try int32(value, path)))
    case .int64, .sfixed64: return UInt64(bitPattern: try int64(value, path))
    case .sint64: return Self.zigzag(try int64(value, path))
    case .uint32, .fixed32:
      guard let number = value.integer(as: UInt32.self) else {
        throw mismatch("a whole number of 32 bits from 0", path)
      }
      return UInt64(number)
    case .uint64, .fixed64:
      guard let number = value.integer(as: UInt64.self) else {
        throw mismatch("a whole number of 64 bits from 0", path)
      }
      return number
    case .double: return try real(value, path).bitPattern
    case .float: return UInt64(Float(try real(value, path)).bitPattern)
    case .bool:
      guard case .bool(let truth) = value else { throw mismatch("true or false", path) }
      return truth ? 1 : 0
    case .enum: return UInt64(bitPattern: Int64(try enumNumber(value, field, path)))
    case .string, .bytes, .message, .group: throw mismatch("not a number", path)
    }
  }

  private func int32(_ value: JSONValue, _ path: String) throws(ProtobufJSONError) -> Int32 {
    guard let number = value.integer(as: Int32.self) else {
      throw mismatch("a whole number of 32 bits", path)
    }
    return number
  }

  private func int64(_ value: JSONValue, _ path: String) throws(ProtobufJSONError) -> Int64 {
    guard let number = value.integer(as: Int64.self) else {
      throw mismatch("a whole number of 64 bits", path)
    }
    return number
  }

  private func real(_ value: JSONValue, _ path: String) throws(ProtobufJSONError) -> Double {
    guard let number = value.double else { throw mismatch("a number", path) }
    return number
  }

  private func enumNumber(
    _ value: JSONValue,
    _ field: FieldShape,
    _ path: String
  ) throws(ProtobufJSONError) -> Int32 {
    let shape = schema.enumeration(field.typeName)
    if case .string(let name) = value {
      guard let known = shape?.numbers[name] else {
        throw mismatch("one of \((shape?.allNames ?? []).joined(separator: ", "))", path)
      }
      return known
    }
    guard let number = value.integer(as: Int32.self) else {
      throw mismatch("a name or number of an enum", path)
    }
    return number
  }

  private static func zigzag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: (value << 1) ^ (value >> 63))
  }
}

extension Schema {
  /// The key and value of the entries, if the field is a map.
  func mapEntry(_ field: FieldShape) -> (key: FieldShape, value: FieldShape)? {
    guard field.isRepeated, field.kind == .message, let shape = message(field.typeName),
      shape.isMapEntry, let key = shape.field(1), let value = shape.field(2)
    else { return nil }
    return (key, value)
  }
}
