import SwiftProtobuf

/// One field of a message type.
struct FieldShape: Sendable {
  typealias Kind = Google_Protobuf_FieldDescriptorProto.TypeEnum

  let number: Int32
  /// As in the .proto.
  let name: String
  let jsonName: String
  let kind: Kind
  /// The full name of the message or enum.
  let typeName: String
  let isRepeated: Bool
  let isPacked: Bool
  /// Whether zero differs from absent.
  let hasPresence: Bool
  /// The oneof that it is a member of, if it has more meaning than presence.
  let oneof: Int32?

  init(_ field: Google_Protobuf_FieldDescriptorProto, isProto2: Bool) {
    number = field.number
    name = field.name
    jsonName = field.jsonName.isEmpty ? Self.camelCase(field.name) : field.jsonName
    kind = field.type
    typeName = TypeName.absolute(field.typeName)
    isRepeated = field.label == .repeated
    oneof = field.hasOneofIndex && !field.proto3Optional ? field.oneofIndex : nil
    let isMessage = kind == .message || kind == .group
    hasPresence = !isRepeated && (isProto2 || isMessage || field.hasOneofIndex)
    let canPack = isRepeated && !isMessage && kind != .string && kind != .bytes
    isPacked = canPack && (field.options.hasPacked ? field.options.packed : !isProto2)
  }

  private static func camelCase(_ name: String) -> String {
    let words = name.split(separator: "_", omittingEmptySubsequences: false)
    return words.enumerated().map { index, word in
      index == 0 ? String(word) : word.prefix(1).uppercased() + word.dropFirst()
    }.joined()
  }

  /// How a value of it stands on the wire.
  var wireType: WireType {
    switch kind {
    case .double, .fixed64, .sfixed64: .fixed64
    case .float, .fixed32, .sfixed32: .fixed32
    case .string, .bytes, .message: .bytes
    case .group: .startGroup
    case .int32, .int64, .uint32, .uint64, .sint32, .sint64, .bool, .enum: .varint
    }
  }
}
