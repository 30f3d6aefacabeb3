internal import SwiftProtobufPluginLibrary

/// The names that the generated Swift has.
enum SwiftNames {
  /// `conversation_id` → `conversationID`.
  static func property(_ protoName: String) -> String {
    escaped(lowerCamel(protoName))
  }

  /// `WhoAmI` → `whoAmI`, `URLOf` → `urlOf`.
  static func method(_ protoName: String) -> String {
    let words = protoName.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }
    return escaped(lowercasedStart(words.joined()))
  }

  /// `send_mode` → `SendMode`.
  static func upperCamel(_ protoName: String) -> String {
    protoName.split(separator: "_").enumerated().map { index, word in
      acronym(String(word)) ?? word.prefix(1).uppercased() + word.dropFirst()
    }.joined()
  }

  /// The name of a message or enum from the outermost one in, such as `Order.Line`.
  static func type(_ message: Descriptor) -> String {
    let name = typeWord(message.name)
    return message.containingType.map { "\(type($0)).\(name)" } ?? name
  }

  static func type(_ enumeration: EnumDescriptor) -> String {
    let name = typeWord(enumeration.name)
    return enumeration.containingType.map { "\(type($0)).\(name)" } ?? name
  }

  /// One word of a type name; those that Swift or this file's imports need stay free.
  static func typeWord(_ name: String) -> String {
    let name = name.first.map { $0.isLetter } == true ? name : "M\(name)"
    let capital = name.prefix(1).uppercased() + name.dropFirst()
    return takenTypes.contains(capital) ? "\(capital)Message" : capital
  }

  /// The stem of a service's types: `Echo` for both `Echo` and `EchoService`.
  static func serviceStem(_ service: ServiceDescriptor) -> String {
    let name = upperCamel(service.name)
    return name.hasSuffix("Service") && name != "Service" ? String(name.dropLast(7)) : name
  }

  /// The constant of a file: `wardline/v1/session.proto` → `wardlineV1Session`.
  static func schema(_ file: FileDescriptor) -> String {
    let stem = file.name.hasSuffix(".proto") ? file.name.dropLast(6) : file.name[...]
    let words = stem.split { !$0.isASCII || !($0.isLetter || $0.isNumber) }.map(String.init)
    return property(words.joined(separator: "_"))
  }

  /// The names of the cases of an enum, without the enum's own name in front where all allow it.
  static func cases(_ enumeration: EnumDescriptor) -> [String] {
    let prefix = CNames.camelToLower(enumeration.name).lowercased() + "_"
    let names = enumeration.values.map { $0.name.lowercased() }
    let canStrip = names.allSatisfy {
      $0.hasPrefix(prefix) && $0.dropFirst(prefix.count).first?.isLetter == true
    }
    let stripped = names.map { canStrip ? String($0.dropFirst(prefix.count)) : $0 }.map(property)
    let isUnique = Set(stripped).count == stripped.count && !stripped.contains("unrecognized")
    return isUnique ? stripped : enumeration.values.map { escaped($0.name) }
  }

  /// In backticks where it is a word of the language.
  static func escaped(_ name: String) -> String {
    if unusable.contains(name) { return "\(name)_" }
    if name.first?.isNumber == true { return "_\(name)" }
    return keywords.contains(name) ? "`\(name)`" : name
  }

  /// A member of a C struct, as an expression after a dot.
  static func cMember(_ name: String) -> String {
    keywords.contains(name) || unusable.contains(name) ? "`\(name)`" : name
  }

  private static func lowerCamel(_ protoName: String) -> String {
    let words = protoName.split(separator: "_").map(String.init)
    guard let first = words.first else { return "_\(protoName.count)" }
    let rest = words.dropFirst().map { word in
      acronym(word) ?? word.prefix(1).uppercased() + word.dropFirst()
    }
    return lowercasedStart(first) + rest.joined()
  }

  /// Lowers the capitals at the start, but not the one that starts the next word.
  private static func lowercasedStart(_ name: String) -> String {
    let capitals = name.prefix { $0.isUppercase }
    if capitals.count <= 1 || capitals.count == name.count {
      return capitals.lowercased() + name.dropFirst(capitals.count)
    }
    return capitals.dropLast().lowercased() + name.dropFirst(capitals.count - 1)
  }

  private static func acronym(_ word: String) -> String? {
    if acronyms.contains(word) { return word.uppercased() }
    if word.hasSuffix("s"), acronyms.contains(String(word.dropLast())) {
      return word.dropLast().uppercased() + "s"
    }
    return nil
  }

  private static let acronyms: Set<String> = [
    "api", "html", "http", "https", "id", "ip", "json", "jwt", "tcp", "tls", "ui", "uri", "url",
    "utf8", "uuid",
  ]

  private static let keywords =
    swiftKeywordsUsedInDeclarations
    .union(swiftKeywordsUsedInStatements)
    .union(swiftKeywordsUsedInExpressionsAndTypes)

  /// Not allowed as the name of a member, even in backticks, or taken by the generated code.
  private static let unusable: Set<String> = [
    "init", "self", "Self", "Type", "Protocol", "hashValue", "rawValue", "_",
  ]

  private static let takenTypes: Set<String> = Set(
    """
    Any AnyObject Array Bool CallOptions CaseIterable Character ClientStreamHandler \
    ClientStreamWriter ClientTransport BidirectionalHandler Dictionary Double Equatable Error \
    Float Hashable Hasher Int Int16 Int32 Int64 Int8 MessageDescriptor MessageReader \
    MessageStream MessageWriter MethodDescriptor Never Optional Protocol ProtobufDecodingError \
    ProtobufMessage RawRepresentable Result RPCMessage Self Sendable ServerContext ServerMethod \
    SchemaFile ServerStreamHandler Set StreamWriter String Swift Task Type UInt UInt32 UInt64 UInt8 \
    UnaryHandler Void
    """.split(separator: " ").map(String.init)
  )
}
