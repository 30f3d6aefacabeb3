import SwiftProtobuf

/// What a file declares, by full name.
struct Declarations {
  private(set) var symbols: [String] = []
  private(set) var extensions: [(type: String, number: Int32)] = []

  init(_ file: Google_Protobuf_FileDescriptorProto) {
    let scope = file.package
    for message in file.messageType { add(message, in: scope) }
    for enumeration in file.enumType { add(enumeration, in: scope) }
    for field in file.extension { add(extending: field, in: scope) }
    for service in file.service {
      let name = Self.name(service.name, in: scope)
      symbols.append(name)
      symbols += service.method.map { "\(name).\($0.name)" }
    }
  }

  static func name(_ name: String, in scope: String) -> String {
    scope.isEmpty ? name : "\(scope).\(name)"
  }

  private mutating func add(_ message: Google_Protobuf_DescriptorProto, in scope: String) {
    let name = Self.name(message.name, in: scope)
    symbols.append(name)
    symbols += message.field.map { "\(name).\($0.name)" }
    symbols += message.oneofDecl.map { "\(name).\($0.name)" }
    for nested in message.nestedType { add(nested, in: name) }
    for enumeration in message.enumType { add(enumeration, in: name) }
    for field in message.extension { add(extending: field, in: name) }
  }

  /// The values of an enum stand beside it, as in C.
  private mutating func add(_ enumeration: Google_Protobuf_EnumDescriptorProto, in scope: String) {
    symbols.append(Self.name(enumeration.name, in: scope))
    symbols += enumeration.value.map { Self.name($0.name, in: scope) }
  }

  private mutating func add(extending field: Google_Protobuf_FieldDescriptorProto, in scope: String)
  {
    symbols.append(Self.name(field.name, in: scope))
    extensions.append((String(field.extendee.drop { $0 == "." }), field.number))
  }
}
