internal import CProtobufC

/// Fills C messages from JSON, by their descriptors.
struct JSONFiller {
  let arena: DecodingArena

  /// Makes a message of the type from a JSON object.
  func message(
    _ descriptor: MessageDescriptor,
    from value: JSONValue
  ) throws(ProtobufJSONError) -> UnsafeMutableRawPointer {
    guard case .object(let members) = value else {
      throw ProtobufJSONError("\(descriptor.name) is an object, not \(value.kind)")
    }
    let message = arena.makeMessage(descriptor)
    let fields = descriptor.fields
    var cases: [Int: String] = [:]
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      guard let field = fields.first(where: { $0.jsonName == name || $0.name == name }) else {
        let known = fields.map(\.jsonName).joined(separator: ", ")
        throw ProtobufJSONError(
          "\(descriptor.name) has no field \(name); it has \(known.isEmpty ? "none" : known)"
        )
      }
      if case .null = value { continue }
      if field.isOneofMember, let other = cases.updateValue(name, forKey: field.quantifierOffset) {
        throw ProtobufJSONError("\(descriptor.name) takes only one of \(other) and \(name)")
      }
      try fill(field, of: descriptor, in: message, from: value)
    }
    return message
  }

  private func fill(
    _ field: FieldDescriptor,
    of descriptor: MessageDescriptor,
    in message: UnsafeMutableRawPointer,
    from value: JSONValue
  ) throws(ProtobufJSONError) {
    let path = "\(descriptor.name).\(field.name)"
    if let entry = field.mapEntry(of: descriptor) {
      try fillMap(field, entry, in: message, from: value, path)
    } else if field.isRepeated {
      guard case .array(let elements) = value else {
        throw ProtobufJSONError("\(path) is an array, not \(value.kind)")
      }
      let first = array(field, count: elements.count, in: message)
      for (index, element) in elements.enumerated() {
        try store(element, as: field, at: first + index * field.valueBytes, path)
      }
    } else {
      try store(value, as: field, at: message + field.offset, path)
      if field.isOneofMember {
        message.storeBytes(of: field.number, toByteOffset: field.quantifierOffset, as: UInt32.self)
      } else if field.label == PROTOBUF_C_LABEL_OPTIONAL, field.hasFlag {
        message.storeBytes(of: 1, toByteOffset: field.quantifierOffset, as: Int32.self)
      }
    }
  }

  private func fillMap(
    _ field: FieldDescriptor,
    _ entry: (key: FieldDescriptor, value: FieldDescriptor),
    in message: UnsafeMutableRawPointer,
    from value: JSONValue,
    _ path: String
  ) throws(ProtobufJSONError) {
    guard case .object(let members) = value, let type = field.messageType else {
      throw ProtobufJSONError("\(path) is an object, not \(value.kind)")
    }
    let first = array(field, count: members.count, in: message)
    for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
      let pair = arena.makeMessage(type)
      let isBool = entry.key.type == PROTOBUF_C_TYPE_BOOL
      let key: JSONValue =
        isBool && (member.key == "true" || member.key == "false")
        ? .bool(member.key == "true") : .string(member.key)
      try store(key, as: entry.key, at: pair + entry.key.offset, path)
      try store(member.value, as: entry.value, at: pair + entry.value.offset, path)
      (first + index * field.valueBytes).storeBytes(of: pair, as: UnsafeMutableRawPointer.self)
    }
  }

  private func array(
    _ field: FieldDescriptor,
    count: Int,
    in message: UnsafeMutableRawPointer
  ) -> UnsafeMutableRawPointer {
    let first = arena.allocateUnbounded(max(count, 1) * field.valueBytes)
    message.storeBytes(of: count, toByteOffset: field.quantifierOffset, as: Int.self)
    message.storeBytes(of: first, toByteOffset: field.offset, as: UnsafeMutableRawPointer.self)
    return first
  }
}

extension FieldDescriptor {
  /// Whether C keeps a flag for presence beside the value; pointers have NULL instead.
  fileprivate var hasFlag: Bool {
    type != PROTOBUF_C_TYPE_STRING && type != PROTOBUF_C_TYPE_MESSAGE
  }
}
