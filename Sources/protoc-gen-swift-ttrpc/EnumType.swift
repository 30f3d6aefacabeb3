internal import SwiftProtobufPluginLibrary

/// An enum of a .proto as a Swift enum with a case for values that are not known.
struct EnumType {
  private let enumeration: EnumDescriptor
  private let options: GeneratorOptions
  /// Values that are not another name of one before.
  private let values: [(name: String, value: EnumValueDescriptor)]
  private let aliases: [(name: String, original: String, value: EnumValueDescriptor)]

  private var visibility: String { options.visibility.modifier }

  init(_ enumeration: EnumDescriptor, options: GeneratorOptions) {
    self.enumeration = enumeration
    self.options = options
    var firstNames: [Int32: String] = [:]
    var values: [(String, EnumValueDescriptor)] = []
    var aliases: [(String, String, EnumValueDescriptor)] = []
    for (name, value) in zip(SwiftNames.cases(enumeration), enumeration.values) {
      if let original = firstNames[value.number] {
        aliases.append((name, original, value))
      } else {
        firstNames[value.number] = name
        values.append((name, value))
      }
    }
    self.values = values
    self.aliases = aliases
  }

  func print(to printer: inout CodePrinter) {
    printer.print(comment(of: enumeration))
    printer.print(
      "\(visibility)enum \(SwiftNames.typeWord(enumeration.name)): "
        + "Sendable, Hashable, RawRepresentable, CaseIterable {"
    )
    printer.withIndentation { printer in
      for (name, value) in values {
        printer.print(comment(of: value) + ["case \(name)"])
      }
      printer.print("/// A value that this version of the .proto does not name.")
      printer.print("case unrecognized(Int32)")
      for (name, original, value) in aliases {
        printer.print([""] + comment(of: value))
        printer.print("\(visibility)static var \(name): Self { .\(original) }")
      }
      printer.print("", "\(visibility)init() {", "  self = .\(values[0].name)", "}")
      printRawValue(to: &printer)
      printer.print("", "/// The values that the .proto names.")
      printer.print("\(visibility)static var allCases: [Self] {")
      printer.print("  [\(values.map { ".\($0.name)" }.joined(separator: ", "))]", "}")
    }
    printer.print("}")
  }

  private func printRawValue(to printer: inout CodePrinter) {
    printer.print("", "\(visibility)init(rawValue: Int32) {", "  switch rawValue {")
    printer.print(values.map { "  case \($0.value.number): self = .\($0.name)" })
    printer.print("  default: self = .unrecognized(rawValue)", "  }", "}")
    printer.print("", "\(visibility)var rawValue: Int32 {", "  switch self {")
    printer.print(values.map { "  case .\($0.name): \($0.value.number)" })
    printer.print("  case .unrecognized(let value): value", "  }", "}")
  }
}
