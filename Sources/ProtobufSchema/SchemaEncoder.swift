import ProtobufC
import SwiftProtobuf

/// Writes messages from JSON, by a schema.
struct SchemaEncoder {
  let schema: Schema

  func bytes(of shape: MessageShape, from value: JSONValue) throws(ProtobufJSONError) -> [UInt8] {
    guard case .object(let members) = value else {
      throw ProtobufJSONError("\(shape.name) is an object, not \(value.kind)")
    }
    var values: [(field: FieldShape, value: JSONValue)] = []
    var cases: [Int32: String] = [:]
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      guard let field = shape.field(named: name) else { throw unknown(name, in: shape) }
      if case .null = value { continue }
      if let oneof = field.oneof, let other = cases.updateValue(name, forKey: oneof) {
        throw ProtobufJSONError("\(shape.name) takes only one of \(other) and \(name)")
      }
      values.append((field, value))
    }
    var writer = WireWriter()
    for (field, value) in values.sorted(by: { $0.field.number < $1.field.number }) {
      try write(value, field, to: &writer, "\(shape.name).\(field.name)")
    }
    return writer.bytes
  }

  private func unknown(_ name: String, in shape: MessageShape) -> ProtobufJSONError {
    let known = shape.fields.map(\.jsonName).joined(separator: ", ")
    return ProtobufJSONError(
      "\(shape.name) has no field \(name); it has \(known.isEmpty ? "none" : known)"
    )
  }

  private func write(
    _ value: JSONValue,
    _ field: FieldShape,
    to writer: inout WireWriter,
    _ path: String
  ) throws(ProtobufJSONError) {
    if let entry = schema.mapEntry(field) {
      try writeMap(value, field, entry, to: &writer, path)
    } else if field.isRepeated {
      guard case .array(let elements) = value else {
        throw ProtobufJSONError("\(path) is an array, not \(value.kind)")
      }
      try writeList(elements, field, to: &writer, path)
    } else {
      let bytes = try encoded(value, field, path)
      // A value that is all zeros is 0, false or empty, which is how an absent field reads.
      if !field.hasPresence && bytes.allSatisfy({ $0 == 0 }) { return }
      writer.tag(field.number, field.wireType)
      writer.raw(bytes)
    }
  }

  private func writeList(
    _ elements: [JSONValue],
    _ field: FieldShape,
    to writer: inout WireWriter,
    _ path: String
  ) throws(ProtobufJSONError) {
    if field.isPacked {
      var packed: [UInt8] = []
      for element in elements { packed += try encoded(element, field, path) }
      guard !packed.isEmpty else { return }
      writer.tag(field.number, .bytes)
      writer.lengthAndBytes(packed)
    } else {
      for element in elements {
        writer.tag(field.number, field.wireType)
        writer.raw(try encoded(element, field, path))
      }
    }
  }

  private func writeMap(
    _ value: JSONValue,
    _ field: FieldShape,
    _ entry: (key: FieldShape, value: FieldShape),
    to writer: inout WireWriter,
    _ path: String
  ) throws(ProtobufJSONError) {
    guard case .object(let members) = value else {
      throw ProtobufJSONError("\(path) is an object, not \(value.kind)")
    }
    for member in members.sorted(by: { $0.key < $1.key }) {
      let isTruth = entry.key.kind == .bool && (member.key == "true" || member.key == "false")
      let key: JSONValue = isTruth ? .bool(member.key == "true") : .string(member.key)
      var pair = WireWriter()
      pair.tag(1, entry.key.wireType)
      pair.raw(try encoded(key, entry.key, path))
      pair.tag(2, entry.value.wireType)
      pair.raw(try encoded(member.value, entry.value, path))
      writer.tag(field.number, .bytes)
      writer.lengthAndBytes(pair.bytes)
    }
  }

  /// One value without its tag.
  private func encoded(
    _ value: JSONValue,
    _ field: FieldShape,
    _ path: String
  ) throws(ProtobufJSONError) -> [UInt8] {
    var writer = WireWriter()
    switch field.kind {
    case .string:
      guard case .string(let text) = value else { throw mismatch("a string", path) }
      writer.lengthAndBytes(Array(text.utf8))
    case .bytes:
      guard let bytes = value.bytes else { throw mismatch("a string in base64", path) }
      writer.lengthAndBytes(bytes)
    case .message:
      guard let shape = schema.message(field.typeName) else { throw mismatch("undeclared", path) }
      writer.lengthAndBytes(try bytes(of: shape, from: value))
    case .group: throw mismatch("a group, which JSON cannot give", path)
    case .double, .float, .fixed32, .fixed64, .sfixed32, .sfixed64:
      let count = field.wireType == .fixed64 ? 8 : 4
      writer.fixed(try number(value, field, path), count: count)
    case .int32, .int64, .uint32, .uint64, .sint32, .sint64, .bool, .enum:
      writer.varint(try number(value, field, path))
    }
    return writer.bytes
  }

  func mismatch(_ expected: String, _ path: String) -> ProtobufJSONError {
    ProtobufJSONError("\(path) is \(expected)")
  }
}
