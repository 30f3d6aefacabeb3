internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary

extension SwiftField {
  /// The statements that put the property into the C struct `c`.
  func writing() -> [String] {
    switch presence {
    case .implicit:
      return descriptor.writingOne("self.\(name)")
    case .message where descriptor.isRequired:
      return descriptor.writingOne("(self.\(name) ?? \(descriptor.elementType)())")
    case .message:
      return descriptor.writingOne("self.\(name)")
    case .explicit:
      let hasFlag = descriptor.type != .string
      let flag = hasFlag ? ["c.pointee.has_\(CNames.member(descriptor)) = 1"] : []
      return unwrapping(flag + descriptor.writingOne("value"))
    case .soleMember(let oneof):
      return unwrapping(descriptor.writingMember("value", of: oneof))
    case .repeated:
      return [
        "c.pointee.n_\(CNames.member(descriptor)) = self.\(name).count",
        "\(descriptor.cMember) = \(writingRepeated())",
      ]
    case .map(let key, let value):
      return writingMap(key: key, value: value)
    }
  }

  private func unwrapping(_ statements: [String]) -> [String] {
    ["if let value = self.\(name) {"] + statements.map { "  \($0)" } + ["}"]
  }

  private func writingRepeated() -> String {
    switch descriptor.type {
    case .string: "writer.strings(self.\(name), field: \(descriptor.number))"
    case .bytes: "writer.byteStrings(self.\(name))"
    case .message, .group: "writer.messages(self.\(name))"
    case .bool: "writer.array(self.\(name)) { $0 ? 1 : 0 }"
    case .enum:
      "writer.array(self.\(name)) { .init(rawValue: .init(truncatingIfNeeded: $0.rawValue)) }"
    default: "writer.array(self.\(name))"
    }
  }

  private func writingMap(key: FieldDescriptor, value: FieldDescriptor) -> [String] {
    let order = key.type == .bool ? "!$0.key && $1.key" : "$0.key < $1.key"
    let entry = "\(cModule).\(CNames.structure(descriptor.messageType.fullName))"
    let statements =
      key.writingOne("key", to: "e.pointee.key", writer: "entry")
      + value.writingOne("value", to: "e.pointee.value", writer: "entry")
    return [
      "c.pointee.n_\(CNames.member(descriptor)) = self.\(name).count",
      "\(descriptor.cMember) = writer.map(",
      "  self.\(name).sorted { \(order) }, of: Self.\(entryDescriptorName)",
      ") { entry, key, value in",
      "  let e = entry.fields(of: \(entry).self)",
    ] + statements.map { "  \($0)" } + ["}"]
  }

  /// The constant with the descriptor of a map's entries.
  var entryDescriptorName: String { "entryDescriptor\(descriptor.number)" }
}

extension FieldDescriptor {
  /// The statements that put a value into a member of a C struct.
  func writingOne(
    _ value: String,
    to target: String? = nil,
    writer: String = "writer"
  )
    -> [String]
  {
    let member = target ?? cMember
    switch type {
    case .string: return ["\(member) = \(writer).string(\(value), field: \(number))"]
    case .bytes:
      return ["\(member).len = \(value).count", "\(member).data = \(writer).bytes(\(value))"]
    case .message, .group: return ["\(member) = \(writer).message(\(value))"]
    case .bool: return ["\(member) = \(value) ? 1 : 0"]
    case .enum:
      return ["\(member) = .init(rawValue: .init(truncatingIfNeeded: \(value).rawValue))"]
    default: return ["\(member) = \(value)"]
    }
  }

  /// The statements that make this the member of its oneof that is set.
  func writingMember(_ value: String, of oneof: OneofDescriptor) -> [String] {
    ["c.pointee.\(CNames.caseMember(oneof)) = .init(rawValue: \(number))"] + writingOne(value)
  }
}
