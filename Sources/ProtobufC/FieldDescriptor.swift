internal import CProtobufC

/// What protoc-c knows of a field.
///
/// `@unchecked Sendable` is sound for the reason given at `MessageDescriptor`.
public struct FieldDescriptor: @unchecked Sendable {
  let pointer: UnsafePointer<ProtobufCFieldDescriptor>

  init(_ pointer: UnsafePointer<ProtobufCFieldDescriptor>) {
    self.pointer = pointer
  }

  /// The name as in the .proto.
  public var name: String { String(cString: pointer.pointee.name) }

  /// The number on the wire.
  public var number: UInt32 { pointer.pointee.id }

  public var isRepeated: Bool { label == PROTOBUF_C_LABEL_REPEATED }

  /// The type of the messages that the field holds, if it does.
  public var messageType: MessageDescriptor? {
    guard type == PROTOBUF_C_TYPE_MESSAGE, let raw = pointer.pointee.descriptor else { return nil }
    return MessageDescriptor(raw.assumingMemoryBound(to: ProtobufCMessageDescriptor.self))
  }

  var label: ProtobufCLabel { pointer.pointee.label }
  var type: ProtobufCType { pointer.pointee.type }

  var isOneofMember: Bool {
    pointer.pointee.flags & PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue != 0
  }
}
