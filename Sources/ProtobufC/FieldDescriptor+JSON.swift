internal import CProtobufC

extension FieldDescriptor {
  /// The name in JSON: `conversation_id` → `conversationId`.
  var jsonName: String {
    var result = ""
    var raises = false
    for character in name {
      if character == "_" {
        raises = true
      } else {
        result += raises ? character.uppercased() : String(character)
        raises = false
      }
    }
    return result
  }

  var enumType: UnsafePointer<ProtobufCEnumDescriptor>? {
    guard type == PROTOBUF_C_TYPE_ENUM, let raw = pointer.pointee.descriptor else { return nil }
    return raw.assumingMemoryBound(to: ProtobufCEnumDescriptor.self)
  }

  /// The key and value of the entries, if the field is a map.
  ///
  /// protobuf-c does not say; but protoc names the type of the entries after the field, and a .proto
  /// may not declare such a name beside a map.
  func mapEntry(of message: MessageDescriptor) -> (key: FieldDescriptor, value: FieldDescriptor)? {
    guard isRepeated, let entry = messageType else { return nil }
    let camel = jsonName.prefix(1).uppercased() + jsonName.dropFirst()
    let fields = entry.fields
    guard entry.name == "\(message.name).\(camel)Entry", fields.count == 2,
      fields[0].name == "key", fields[0].number == 1,
      fields[1].name == "value", fields[1].number == 2
    else { return nil }
    return (fields[0], fields[1])
  }

  /// The size of a value in a C struct or array.
  var valueBytes: Int {
    switch type {
    case PROTOBUF_C_TYPE_INT64, PROTOBUF_C_TYPE_SINT64, PROTOBUF_C_TYPE_SFIXED64,
      PROTOBUF_C_TYPE_UINT64, PROTOBUF_C_TYPE_FIXED64, PROTOBUF_C_TYPE_DOUBLE:
      8
    case PROTOBUF_C_TYPE_STRING, PROTOBUF_C_TYPE_MESSAGE:
      MemoryLayout<UnsafeRawPointer>.size
    case PROTOBUF_C_TYPE_BYTES:
      MemoryLayout<ProtobufCBinaryData>.stride
    default:
      4
    }
  }

  var offset: Int { Int(pointer.pointee.offset) }
  var quantifierOffset: Int { Int(pointer.pointee.quantifier_offset) }
}
