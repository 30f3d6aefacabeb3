internal import CProtobufC

/// Prints decoded C messages as JSON, by their descriptors.
struct JSONPrinter {
  private var json: JSONText

  init(isPretty: Bool) {
    self.json = JSONText(isPretty: isPretty)
  }

  var text: String { json.text }

  /// Prints a message; fields that are absent or zero are left out.
  mutating func append(_ reader: borrowing MessageReader) throws(ProtobufDecodingError) {
    json.open("{")
    let descriptor = MessageDescriptor(ofInitialized: reader.message)
    for field in descriptor.fields {
      if field.isRepeated {
        try printRepeated(field, of: descriptor, reader)
      } else if field.isPresent(in: reader) {
        json.member(field.jsonName)
        try printValue(field, at: reader.message + field.offset, reader)
      }
    }
    json.close("}")
  }

  private mutating func printRepeated(
    _ field: FieldDescriptor,
    of descriptor: MessageDescriptor,
    _ reader: borrowing MessageReader
  ) throws(ProtobufDecodingError) {
    let count = reader.message.load(fromByteOffset: field.quantifierOffset, as: Int.self)
    guard count > 0,
      let first = reader.message.load(fromByteOffset: field.offset, as: UnsafeRawPointer?.self)
    else { return }
    json.member(field.jsonName)
    if let entry = field.mapEntry(of: descriptor) {
      let pairs = UnsafeBufferPointer(
        start: first.assumingMemoryBound(to: UnsafeRawPointer?.self),
        count: count
      )
      return try printMap(entry, pairs.compactMap(\.self), reader)
    }
    json.open("[")
    for index in 0..<count {
      json.element()
      try printValue(field, at: first + index * field.valueBytes, reader)
    }
    json.close("]")
  }

  /// In the order of the keys; of two pairs with one key the later one counts, as in every map.
  private mutating func printMap(
    _ entry: (key: FieldDescriptor, value: FieldDescriptor),
    _ pairs: [UnsafeRawPointer],
    _ reader: borrowing MessageReader
  ) throws(ProtobufDecodingError) {
    var pairOfKey: [String: UnsafeRawPointer] = [:]
    for pair in pairs { pairOfKey[try key(entry.key, reader.nested(pair))] = pair }
    json.open("{")
    for (key, pair) in pairOfKey.sorted(by: { $0.key < $1.key }) {
      json.member(key)
      try printValue(entry.value, at: pair + entry.value.offset, reader.nested(pair))
    }
    json.close("}")
  }

  private func key(
    _ field: FieldDescriptor,
    _ reader: borrowing MessageReader
  ) throws(ProtobufDecodingError) -> String {
    if field.type == PROTOBUF_C_TYPE_STRING {
      let pointer = (reader.message + field.offset).load(as: UnsafePointer<CChar>?.self)
      return try reader.string(pointer, field: 1)
    }
    var printer = JSONPrinter(isPretty: false)
    try printer.printValue(field, at: reader.message + field.offset, reader)
    return printer.text.filter { $0 != "\"" }
  }

  private mutating func printValue(
    _ field: FieldDescriptor,
    at value: UnsafeRawPointer,
    _ reader: borrowing MessageReader
  ) throws(ProtobufDecodingError) {
    switch field.type {
    case PROTOBUF_C_TYPE_INT32, PROTOBUF_C_TYPE_SINT32, PROTOBUF_C_TYPE_SFIXED32:
      json.raw(String(value.load(as: Int32.self)))
    case PROTOBUF_C_TYPE_UINT32, PROTOBUF_C_TYPE_FIXED32:
      json.raw(String(value.load(as: UInt32.self)))
    case PROTOBUF_C_TYPE_INT64, PROTOBUF_C_TYPE_SINT64, PROTOBUF_C_TYPE_SFIXED64:
      json.raw("\"\(value.load(as: Int64.self))\"")
    case PROTOBUF_C_TYPE_UINT64, PROTOBUF_C_TYPE_FIXED64:
      json.raw("\"\(value.load(as: UInt64.self))\"")
    case PROTOBUF_C_TYPE_FLOAT: printNumber(value.load(as: Float.self))
    case PROTOBUF_C_TYPE_DOUBLE: printNumber(value.load(as: Double.self))
    case PROTOBUF_C_TYPE_BOOL: json.boolean(value.load(as: Int32.self) != 0)
    case PROTOBUF_C_TYPE_ENUM: printEnum(field, value.load(as: Int32.self))
    case PROTOBUF_C_TYPE_STRING:
      let pointer = value.load(as: UnsafePointer<CChar>?.self)
      json.string(try reader.string(pointer, field: field.number))
    case PROTOBUF_C_TYPE_BYTES:
      let bytes = value.load(as: ProtobufCBinaryData.self)
      json.string(base64(reader.bytes(bytes.data, count: bytes.len)))
    default:
      if let message = value.load(as: UnsafeRawPointer?.self) {
        try append(reader.nested(message))
      } else {
        json.raw("{}")
      }
    }
  }

  private mutating func printNumber<Value: BinaryFloatingPoint & LosslessStringConvertible>(
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

  private mutating func printEnum(_ field: FieldDescriptor, _ number: Int32) {
    if let name = protobuf_c_enum_descriptor_get_value(field.enumType, number)?.pointee.name {
      json.string(String(cString: name))
    } else {
      json.raw(String(number))
    }
  }
}

extension FieldDescriptor {
  /// Whether a singular field is set, or for one without presence, not zero.
  fileprivate func isPresent(in reader: borrowing MessageReader) -> Bool {
    if isOneofMember {
      let set = reader.message.load(fromByteOffset: quantifierOffset, as: UInt32.self)
      return set == number
    }
    let value = reader.message + offset
    switch type {
    case PROTOBUF_C_TYPE_MESSAGE:
      return value.load(as: UnsafeRawPointer?.self) != nil
    case PROTOBUF_C_TYPE_STRING:
      guard let string = value.load(as: UnsafeRawPointer?.self) else { return false }
      if label == PROTOBUF_C_LABEL_NONE { return string.load(as: UInt8.self) != 0 }
      return label == PROTOBUF_C_LABEL_REQUIRED || string != pointer.pointee.default_value
    default:
      if label == PROTOBUF_C_LABEL_OPTIONAL {
        return reader.message.load(fromByteOffset: quantifierOffset, as: Int32.self) != 0
      }
      if label == PROTOBUF_C_LABEL_REQUIRED { return true }
      if type == PROTOBUF_C_TYPE_BYTES {
        return value.load(as: ProtobufCBinaryData.self).len > 0
      }
      return UnsafeRawBufferPointer(start: value, count: valueBytes).contains { $0 != 0 }
    }
  }
}
