internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary

/// A message as a Swift struct and its conformance to `ProtobufMessage`.
struct MessageType {
  private enum Member {
    case field(SwiftField)
    case oneof(SwiftOneof)
  }

  private let message: Descriptor
  private let options: GeneratorOptions
  private let members: [Member]

  private var visibility: String { options.visibility.modifier }
  private var cName: String { "\(options.cModule).\(CNames.structure(message.fullName))" }

  init(_ message: Descriptor, options: GeneratorOptions) {
    self.message = message
    self.options = options
    self.members = Self.members(of: message, options)
  }

  /// Properties in the order of the .proto, a oneof where its first field stands.
  private static func members(
    of message: Descriptor,
    _ options: GeneratorOptions
  ) -> [Member] {
    var taken: Set<String> = []
    func unique(_ name: String, _ number: Int32) -> String {
      taken.insert(name).inserted ? name : "\(name.filter { $0 != "`" })_\(number)"
    }
    var members: [Member] = []
    for field in message.fields {
      if let oneof = field.containingOneof, !SwiftOneof.standsForOptional(oneof) {
        guard oneof.fields.first?.number == field.number else { continue }
        let name = unique(SwiftNames.property(oneof.name), field.number)
        members.append(
          .oneof(SwiftOneof(oneof, name: name, typeName: oneofType(oneof, in: message)))
        )
      } else {
        let name = unique(SwiftNames.property(field.name), field.number)
        members.append(.field(SwiftField(field, name: name, cModule: options.cModule)))
      }
    }
    return members
  }

  /// The name of the enum of a oneof, which must not hide a type that the message uses.
  private static func oneofType(_ oneof: OneofDescriptor, in message: Descriptor) -> String {
    let name = SwiftNames.typeWord(SwiftNames.upperCamel(oneof.name))
    let used = message.fields.compactMap { field -> String? in
      field.messageTypeIfAny.map(SwiftNames.type) ?? field.enumTypeIfAny.map(SwiftNames.type)
    }
    let nested = message.messages.map(\.name) + message.enums.map(\.name)
    let hidden = Set(used.flatMap { $0.split(separator: ".").map(String.init) } + nested)
    return hidden.contains(name) ? "\(name)Choice" : name
  }

  func printDeclaration(to printer: inout CodePrinter) {
    printer.print(comment(of: message))
    printer.print("\(visibility)struct \(SwiftNames.typeWord(message.name)): Sendable, Equatable {")
    printer.withIndentation { printer in
      for member in members { printProperty(member, to: &printer) }
      printer.print("", "\(visibility)init() {}")
      printInitializer(to: &printer)
      for case .oneof(let oneof) in members {
        printer.print([""] + comment(of: oneof.descriptor) + oneof.declaration(visibility))
      }
      for enumeration in message.enums {
        printer.print("")
        EnumType(enumeration, options: options).print(to: &printer)
      }
      for nested in message.messages where !nested.options.mapEntry {
        printer.print("")
        MessageType(nested, options: options).printDeclaration(to: &printer)
      }
    }
    printer.print("}")
  }

  private func printProperty(_ member: Member, to printer: inout CodePrinter) {
    switch member {
    case .field(let field):
      printer.print(comment(of: field.descriptor))
      printer.print("\(visibility)var \(field.name): \(field.type) = \(field.defaultValue)")
    case .oneof(let oneof):
      printer.print(comment(of: oneof.descriptor))
      printer.print("\(visibility)var \(oneof.name): \(oneof.typeName)? = nil")
    }
  }

  private func printInitializer(to printer: inout CodePrinter) {
    guard !members.isEmpty else { return }
    let properties = members.map { member in
      switch member {
      case .field(let field): (field.name, field.type, field.defaultValue)
      case .oneof(let oneof): (oneof.name, "\(oneof.typeName)?", "nil")
      }
    }
    printer.print("", "\(visibility)init(")
    printer.print(
      properties.enumerated().map { index, property in
        "  \(property.0): \(property.1) = \(property.2)"
          + (index + 1 < properties.count ? "," : "")
      }
    )
    printer.print(") {")
    printer.print(properties.map { "  self.\($0.0) = \($0.0)" })
    printer.print("}")
  }

  /// The conformances, which stand outside of the struct, and those of the nested messages.
  func printConformances(to printer: inout CodePrinter) {
    let name = SwiftNames.type(message)
    printer.print("", "extension \(name): ProtobufMessage, RPCMessage {")
    printer.withIndentation { printer in
      printer.print(
        descriptor(of: message, "\(visibility)static let descriptor")
      )
      for case .field(let field) in members {
        if case .map = field.presence {
          printer.print(
            [""]
              + descriptor(
                of: field.descriptor.messageType,
                "private static let \(field.entryDescriptorName)"
              )
          )
        }
      }
      printReading(to: &printer)
      printWriting(to: &printer)
      printRepeatability(to: &printer)
    }
    printer.print("}")
    for nested in message.messages where !nested.options.mapEntry {
      MessageType(nested, options: options).printConformances(to: &printer)
    }
  }

  private func descriptor(of message: Descriptor, _ declaration: String) -> [String] {
    [
      "\(declaration): MessageDescriptor = {",
      "  var message = \(options.cModule).\(CNames.structure(message.fullName))()",
      "  \(CNames.function(message.fullName))__init(&message)",
      "  return MessageDescriptor(ofInitialized: &message)",
      "}()",
    ]
  }

  private func printReading(to printer: inout CodePrinter) {
    printer.print(
      "",
      "\(visibility)init(reading reader: borrowing MessageReader) throws(ProtobufDecodingError) {"
    )
    printer.print("  self.init()")
    printStatements(to: &printer, "let c = reader.fields(of: \(cName).self)") { member in
      switch member {
      case .field(let field): field.reading()
      case .oneof(let oneof): oneof.reading()
      }
    }
  }

  private func printWriting(to printer: inout CodePrinter) {
    printer.print("", "\(visibility)func write(to writer: borrowing MessageWriter) {")
    printStatements(to: &printer, "let c = writer.fields(of: \(cName).self)") { member in
      switch member {
      case .field(let field): field.writing()
      case .oneof(let oneof): oneof.writing()
      }
    }
  }

  /// A message that can carry an idempotency key may be sent twice only when it does.
  private func printRepeatability(to printer: inout CodePrinter) {
    for case .field(let field) in members where field.isIdempotencyKey {
      let condition = "!\(field.name).isEmpty"
      printer.print("", "\(visibility)var isRepeatable: Bool { \(condition) }")
    }
  }

  private func printStatements(
    to printer: inout CodePrinter,
    _ first: String,
    _ statements: (Member) -> [String]
  ) {
    if !members.isEmpty {
      printer.print((["\(first)"] + members.flatMap(statements)).map { "  \($0)" })
    }
    printer.print("}")
  }
}

extension FieldDescriptor {
  var enumTypeIfAny: EnumDescriptor? { type == .enum ? enumType : nil }
}

extension CodePrinter {
  /// Prints each line by itself.
  mutating func print(_ lines: [String]) {
    for line in lines { print(line) }
  }
}
