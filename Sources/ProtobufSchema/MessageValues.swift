import ProtobufC
import SwiftProtobuf

/// What a message on the wire holds, by the numbers of its fields.
struct MessageValues {
  private var values: [Int32: [WireValue]] = [:]

  init(_ bytes: ArraySlice<UInt8>, _ shape: MessageShape) throws(ProtobufDecodingError) {
    var reader = WireReader(bytes)
    while !reader.isAtEnd {
      guard let (number, type, value) = reader.next() else {
        throw ProtobufDecodingError(.malformed, message: shape.name)
      }
      guard let field = shape.field(number), field.kind != .group else { continue }
      guard let found = Self.values(value, type, field) else {
        throw ProtobufDecodingError(.malformed, message: shape.name, field: field.name)
      }
      if let oneof = field.oneof { clear(oneof, of: shape, but: number) }
      values[number, default: []] += found
    }
  }

  subscript(number: Int32) -> [WireValue] { values[number] ?? [] }

  /// Of the members of a oneof the last on the wire counts.
  private mutating func clear(_ oneof: Int32, of shape: MessageShape, but number: Int32) {
    for field in shape.fields where field.oneof == oneof && field.number != number {
      values[field.number] = nil
    }
  }

  /// One value, or all of a packed field; nil when the wire type is not the field's.
  private static func values(
    _ value: WireValue,
    _ type: WireType,
    _ field: FieldShape
  ) -> [WireValue]? {
    if type == field.wireType { return [value] }
    guard field.isRepeated, field.wireType != .bytes, case .bytes(let packed) = value,
      type == .bytes
    else { return nil }
    var reader = WireReader(packed)
    var found: [WireValue] = []
    while !reader.isAtEnd {
      let number =
        switch field.wireType {
        case .fixed64: reader.fixed(8)
        case .fixed32: reader.fixed(4)
        case .varint, .bytes, .startGroup, .endGroup: reader.varint()
        }
      guard let number else { return nil }
      found.append(.number(number))
    }
    return found
  }
}

extension WireValue {
  /// 0, false or empty: how an absent field without presence reads.
  var isZero: Bool {
    switch self {
    case .number(let bits): bits == 0
    case .bytes(let bytes): bytes.isEmpty
    }
  }
}

extension FieldShape {
  /// What a reader takes for the field when it is absent.
  var zero: WireValue { wireType == .bytes ? .bytes([]) : .number(0) }
}
