internal import CProtobufC

extension JSONFiller {
  /// Stores one value as the type of its field.
  func store(
    _ value: JSONValue,
    as field: FieldDescriptor,
    at target: UnsafeMutableRawPointer,
    _ path: String
  ) throws(ProtobufJSONError) {
    switch field.type {
    case PROTOBUF_C_TYPE_INT32, PROTOBUF_C_TYPE_SINT32, PROTOBUF_C_TYPE_SFIXED32:
      try put(value.integer(as: Int32.self), "a whole number of 32 bits", target, path)
    case PROTOBUF_C_TYPE_UINT32, PROTOBUF_C_TYPE_FIXED32:
      try put(value.integer(as: UInt32.self), "a whole number of 32 bits from 0", target, path)
    case PROTOBUF_C_TYPE_INT64, PROTOBUF_C_TYPE_SINT64, PROTOBUF_C_TYPE_SFIXED64:
      try put(value.integer(as: Int64.self), "a whole number of 64 bits", target, path)
    case PROTOBUF_C_TYPE_UINT64, PROTOBUF_C_TYPE_FIXED64:
      try put(value.integer(as: UInt64.self), "a whole number of 64 bits from 0", target, path)
    case PROTOBUF_C_TYPE_FLOAT: try put(value.double.map { Float($0) }, "a number", target, path)
    case PROTOBUF_C_TYPE_DOUBLE: try put(value.double, "a number", target, path)
    case PROTOBUF_C_TYPE_BOOL:
      guard case .bool(let bool) = value else { throw mismatch("true or false", path) }
      target.storeBytes(of: bool ? 1 : 0, as: Int32.self)
    case PROTOBUF_C_TYPE_ENUM:
      target.storeBytes(of: try enumNumber(value, field, path), as: Int32.self)
    case PROTOBUF_C_TYPE_STRING:
      target.storeBytes(of: try cString(value, path), as: UnsafeMutableRawPointer.self)
    case PROTOBUF_C_TYPE_BYTES:
      guard let bytes = value.bytes else { throw mismatch("a string in base64", path) }
      target.storeBytes(of: binary(bytes), as: ProtobufCBinaryData.self)
    default:
      guard let type = field.messageType else { throw mismatch("an object", path) }
      let message = try message(type, from: value)
      target.storeBytes(of: message, as: UnsafeMutableRawPointer.self)
    }
  }

  private func put<Value: BitwiseCopyable>(
    _ value: Value?,
    _ expected: String,
    _ target: UnsafeMutableRawPointer,
    _ path: String
  ) throws(ProtobufJSONError) {
    guard let value else { throw mismatch(expected, path) }
    target.storeBytes(of: value, as: Value.self)
  }

  private func enumNumber(
    _ value: JSONValue,
    _ field: FieldDescriptor,
    _ path: String
  ) throws(ProtobufJSONError) -> Int32 {
    if case .string(let name) = value {
      guard let known = protobuf_c_enum_descriptor_get_value_by_name(field.enumType, name) else {
        throw mismatch("one of \(field.enumNames.joined(separator: ", "))", path)
      }
      return Int32(known.pointee.value)
    }
    guard let number = value.integer(as: Int32.self) else {
      throw mismatch("a name or number of an enum", path)
    }
    return number
  }

  private func cString(
    _ value: JSONValue,
    _ path: String
  ) throws(ProtobufJSONError) -> UnsafeMutableRawPointer {
    guard case .string(let text) = value else { throw mismatch("a string", path) }
    let bytes = Array(text.utf8)
    guard !bytes.contains(0) else { throw mismatch("a string without U+0000", path) }
    return copy(bytes + [0])
  }

  private func binary(_ bytes: [UInt8]) -> ProtobufCBinaryData {
    ProtobufCBinaryData(
      len: bytes.count,
      data: copy(bytes).assumingMemoryBound(to: UInt8.self)
    )
  }

  private func copy(_ bytes: [UInt8]) -> UnsafeMutableRawPointer {
    let target = arena.allocateUnbounded(bytes.count)
    UnsafeMutableRawBufferPointer(start: target, count: bytes.count).copyBytes(from: bytes)
    return target
  }

  private func mismatch(_ expected: String, _ path: String) -> ProtobufJSONError {
    ProtobufJSONError("\(path) is \(expected)")
  }
}

extension FieldDescriptor {
  fileprivate var enumNames: [String] {
    guard let type = enumType else { return [] }
    return (0..<Int(type.pointee.n_values)).compactMap { index in
      (type.pointee.values + index).pointee.name.map { String(cString: $0) }
    }
  }
}
