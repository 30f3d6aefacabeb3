import ProtobufSchema
import RPC

/// Every method of a schema by its name.
struct MethodIndex {
  let methods: [Schema.Method]

  init(_ schema: Schema) {
    methods = schema.services.flatMap(\.methods)
  }

  /// Finds a method by its full name, or by the last parts of it: `Messages/Send`. A leading slash
  /// and the case of letters make no difference.
  ///
  /// - Throws: `SettingError` with the names that there are.
  func method(_ name: String) throws(SettingError) -> Schema.Method {
    let wanted = name.drop { $0 == "/" }.lowercased()
    let exact = methods.first { $0.descriptor.fullName.lowercased() == wanted }
    if let exact { return exact }
    let found = methods.filter { $0.descriptor.fullName.lowercased().hasSuffix(".\(wanted)") }
    if found.count == 1 { return found[0] }
    let names = (found.isEmpty ? methods.map(Self.shortName) : found.map(\.descriptor.fullName))
      .map { "  \($0)" }.joined(separator: "\n")
    throw SettingError(
      found.isEmpty
        ? "there is no method \(name); these are there:\n\(names)"
        : "\(name) may be any of these:\n\(names)"
    )
  }

  /// Service without its package, and method.
  static func shortName(_ method: Schema.Method) -> String {
    "\(last(method.descriptor.service))/\(method.descriptor.name)"
  }

  /// One line for each method: its name and what goes in and out.
  var lines: [String] { methods.map { "\(Self.shortName($0))  \(Self.types(of: $0))" } }

  /// What goes in and out, such as `SubscribeRequest -> stream SubscribeResponse`.
  static func types(of method: Schema.Method) -> String {
    let kind = method.descriptor.kind
    return (kind.clientStreams ? "stream " : "") + last(method.input) + " -> "
      + (kind.serverStreams ? "stream " : "") + last(method.output)
  }

  private static func last(_ name: String) -> String {
    name.split(separator: ".").last.map(String.init) ?? name
  }
}
