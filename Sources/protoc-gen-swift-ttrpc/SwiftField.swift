internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary

/// A field of a message as Swift sees it: its property, and what moves it from and to C.
struct SwiftField {
  enum Presence {
    /// Always there: proto3 without `optional`, or `required`.
    case implicit
    /// `optional` of proto2: C has a flag, or for pointers NULL.
    case explicit
    /// The only member of a oneof that stands for `optional`.
    case soleMember(OneofDescriptor)
    case message
    case repeated
    case map(key: FieldDescriptor, value: FieldDescriptor)
  }

  let descriptor: FieldDescriptor
  let presence: Presence
  /// The property.
  let name: String
  /// The module of the C structs, which may be named as the Swift ones.
  let cModule: String

  init(_ descriptor: FieldDescriptor, name: String, cModule: String) {
    self.descriptor = descriptor
    self.cModule = cModule
    self.name = name
    self.presence = Self.presence(of: descriptor)
  }

  private static func presence(of field: FieldDescriptor) -> Presence {
    if field.isMap, let (key, value) = field.messageType?.mapKeyAndValue {
      return .map(key: key, value: value)
    }
    if field.isRepeated { return .repeated }
    if let oneof = field.containingOneof { return .soleMember(oneof) }
    if field.type == .message { return .message }
    return field.file.edition == .proto2 && !field.isRequired ? .explicit : .implicit
  }

  var type: String {
    switch presence {
    case .implicit: descriptor.elementType
    case .explicit, .soleMember, .message: "\(descriptor.elementType)?"
    case .repeated: "[\(descriptor.elementType)]"
    case .map(let key, let value): "[\(key.elementType): \(value.elementType)]"
    }
  }

  /// What the property starts with.
  var defaultValue: String {
    switch presence {
    case .implicit: descriptor.emptyValue
    case .explicit, .soleMember, .message: "nil"
    case .repeated: "[]"
    case .map: "[:]"
    }
  }
}

extension SwiftField {
  /// Whether the field is what makes a repeated call harmless.
  var isIdempotencyKey: Bool {
    guard descriptor.name == "idempotency_key", case .implicit = presence else { return false }
    return descriptor.type == .string || descriptor.type == .bytes
  }
}

extension FieldDescriptor {
  /// The Swift type of one value.
  var elementType: String {
    switch type {
    case .int32, .sint32, .sfixed32: "Int32"
    case .uint32, .fixed32: "UInt32"
    case .int64, .sint64, .sfixed64: "Int64"
    case .uint64, .fixed64: "UInt64"
    case .float: "Float"
    case .double: "Double"
    case .bool: "Bool"
    case .string: "String"
    case .bytes: "[UInt8]"
    case .enum: SwiftNames.type(enumType)
    case .message, .group: SwiftNames.type(messageType)
    }
  }

  /// The Swift value that an absent field stands for.
  var emptyValue: String {
    switch type {
    case .bool: "false"
    case .string: "\"\""
    case .bytes: "[]"
    case .enum, .message, .group: "\(elementType)()"
    default: "0"
    }
  }
}
