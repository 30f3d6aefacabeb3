internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary

extension SwiftField {
  /// The statements that take the property out of the C struct `c`.
  func reading() -> [String] {
    let member = descriptor.cMember
    switch presence {
    case .implicit, .message:
      return ["self.\(name) = \(descriptor.readingOne(from: member))"]
    case .explicit where descriptor.type == .string:
      return [
        "self.\(name) = try reader.optionalString(\(member), field: \(descriptor.number))"
      ]
    case .explicit:
      return [
        "if c.pointee.has_\(CNames.member(descriptor)) != 0 {",
        "  self.\(name) = \(descriptor.readingOne(from: member))",
        "}",
      ]
    case .soleMember(let oneof):
      return [
        "if c.pointee.\(CNames.caseMember(oneof)).rawValue == \(descriptor.number) {",
        "  self.\(name) = \(descriptor.readingMember())",
        "}",
      ]
    case .repeated:
      return ["self.\(name) = \(readingRepeated())"]
    case .map(let key, let value):
      return readingMap(key: key, value: value)
    }
  }

  private func readingRepeated() -> String {
    let arguments =
      "\(descriptor.cMember), count: c.pointee.n_\(CNames.member(descriptor))"
    switch descriptor.type {
    case .string: return "try reader.strings(\(arguments), field: \(descriptor.number))"
    case .bytes: return "reader.byteStrings(\(arguments))"
    case .message, .group: return "try reader.messages(\(arguments))"
    case .bool: return "reader.array(\(arguments)) { $0 != 0 }"
    case .enum:
      return "reader.array(\(arguments)) { "
        + "\(descriptor.elementType)(rawValue: Int32(truncatingIfNeeded: $0.rawValue)) }"
    default: return "reader.array(\(arguments))"
    }
  }

  private func readingMap(key: FieldDescriptor, value: FieldDescriptor) -> [String] {
    let entry = "\(cModule).\(CNames.structure(descriptor.messageType.fullName))"
    let readKey = key.readingOne(from: "e.pointee.key", reader: "entry")
    let readValue = value.readingMember(from: "e.pointee.value", reader: "entry")
    return [
      "self.\(name) = try reader.map(",
      "  \(descriptor.cMember), count: c.pointee.n_\(CNames.member(descriptor))",
      ") { (entry: borrowing MessageReader) throws(ProtobufDecodingError) in",
      "  let e = entry.fields(of: \(entry).self)",
      "  return (\(readKey), \(readValue))",
      "}",
    ]
  }
}

extension FieldDescriptor {
  /// The member of the C struct `c`, as an expression.
  var cMember: String { "c.pointee.\(SwiftNames.cMember(CNames.member(self)))" }

  /// The value as an expression; an absent message is nil.
  func readingOne(from member: String, reader: String = "reader") -> String {
    switch type {
    case .string: "try \(reader).string(\(member), field: \(number))"
    case .bytes: "\(reader).bytes(\(member).data, count: \(member).len)"
    case .message, .group: "try \(reader).message(\(member), as: \(elementType).self)"
    case .bool: "\(member) != 0"
    case .enum: "\(elementType)(rawValue: Int32(truncatingIfNeeded: \(member).rawValue))"
    default: member
    }
  }

  /// The value as an expression where something must be there, as in a oneof or a map.
  func readingMember(from member: String? = nil, reader: String = "reader") -> String {
    let value = readingOne(from: member ?? cMember, reader: reader)
    return type == .message ? "\(value) ?? \(elementType)()" : value
  }
}
