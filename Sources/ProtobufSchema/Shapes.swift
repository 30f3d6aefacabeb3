import SwiftProtobuf

/// A message type: what its fields are.
struct MessageShape: Sendable {
  let name: String
  /// In the order of their numbers.
  let fields: [FieldShape]
  let isMapEntry: Bool
  private let byNumber: [Int32: Int]

  init(_ message: Google_Protobuf_DescriptorProto, name: String, isProto2: Bool) {
    self.name = name
    fields = message.field.map { FieldShape($0, isProto2: isProto2) }
      .sorted { $0.number < $1.number }
    isMapEntry = message.options.mapEntry
    byNumber = Dictionary(
      fields.enumerated().map { ($0.element.number, $0.offset) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  func field(_ number: Int32) -> FieldShape? { byNumber[number].map { fields[$0] } }

  /// By the name in JSON or in the .proto.
  func field(named name: String) -> FieldShape? {
    fields.first { $0.jsonName == name || $0.name == name }
  }
}

/// An enum: its values by number and by name.
struct EnumShape: Sendable {
  let numbers: [String: Int32]
  /// The first name of each number.
  let names: [Int32: String]
  /// In the order of the .proto.
  let allNames: [String]

  init(_ enumeration: Google_Protobuf_EnumDescriptorProto) {
    let values = enumeration.value
    numbers = Dictionary(values.map { ($0.name, $0.number) }, uniquingKeysWith: { a, _ in a })
    names = Dictionary(values.map { ($0.number, $0.name) }, uniquingKeysWith: { a, _ in a })
    allNames = values.map(\.name)
  }
}

/// All types of some files by their full names.
struct Shapes {
  private(set) var messages: [String: MessageShape] = [:]
  private(set) var enums: [String: EnumShape] = [:]

  mutating func add(_ file: Google_Protobuf_FileDescriptorProto) {
    let isProto2 = file.syntax.isEmpty || file.syntax == "proto2"
    for message in file.messageType { add(message, in: file.package, isProto2) }
    for enumeration in file.enumType { add(enumeration, in: file.package) }
  }

  private mutating func add(
    _ message: Google_Protobuf_DescriptorProto,
    in scope: String,
    _ isProto2: Bool
  ) {
    let name = Declarations.name(message.name, in: scope)
    messages[name] = MessageShape(message, name: name, isProto2: isProto2)
    for nested in message.nestedType { add(nested, in: name, isProto2) }
    for enumeration in message.enumType { add(enumeration, in: name) }
  }

  private mutating func add(_ enumeration: Google_Protobuf_EnumDescriptorProto, in scope: String) {
    enums[Declarations.name(enumeration.name, in: scope)] = EnumShape(enumeration)
  }
}
