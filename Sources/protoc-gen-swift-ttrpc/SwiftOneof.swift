internal import SwiftProtobufPluginLibrary

/// A oneof as an enum with payloads and an optional property.
struct SwiftOneof {
  let descriptor: OneofDescriptor
  let name: String
  let typeName: String
  let cases: [(name: String, field: FieldDescriptor)]

  init(_ descriptor: OneofDescriptor, name: String, typeName: String) {
    self.descriptor = descriptor
    self.name = name
    self.typeName = typeName
    self.cases = descriptor.fields.map { (SwiftNames.property($0.name), $0) }
  }

  /// Whether the oneof stands for the `optional` that protoc-c refuses.
  static func standsForOptional(_ oneof: OneofDescriptor) -> Bool {
    oneof.name.hasPrefix("_") && oneof.fields.count == 1
  }

  func declaration(_ visibility: String) -> [String] {
    ["\(visibility)enum \(typeName): Sendable, Equatable {"]
      + cases.flatMap { name, field in
        comment(of: field).map { "  \($0)" } + ["  case \(name)(\(field.elementType))"]
      } + ["}"]
  }

  func reading() -> [String] {
    ["switch c.pointee.\(CNames.caseMember(descriptor)).rawValue {"]
      + cases.flatMap { name, field in
        ["case \(field.number):", "  self.\(self.name) = .\(name)(\(field.readingMember()))"]
      } + ["default: break", "}"]
  }

  func writing() -> [String] {
    ["switch self.\(name) {"]
      + cases.flatMap { name, field in
        ["case .\(name)(let value)?:"]
          + field.writingMember("value", of: descriptor).map { "  \($0)" }
      } + ["case nil: break", "}"]
  }
}
