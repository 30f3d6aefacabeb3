internal import SwiftProtobufPluginLibrary

/// A service as Swift protocols, a method table and a client.
struct SwiftService {
  private let service: ServiceDescriptor
  private let rpcs: [SwiftMethod]
  private let stem: String
  private let visibility: String
  private let schema: String

  init(_ service: ServiceDescriptor, visibility: String) {
    self.service = service
    self.stem = SwiftNames.serviceStem(service)
    self.rpcs = service.methods.map(SwiftMethod.init)
    self.visibility = visibility
    self.schema = SwiftNames.schema(service.file)
  }

  /// The names and types of the methods.
  var methods: [String] {
    let signature =
      "(method: MethodDescriptor, input: MessageDescriptor, output: MessageDescriptor)"
    return [
      "/// The methods of `\(service.fullName)`.",
      "\(visibility)enum \(stem)Methods {",
    ]
      + rpcs.map { rpc in
        "  \(visibility)static let \(rpc.name) = MethodDescriptor("
          + "\(rpc.descriptorArguments), schema: .\(schema))"
      }
      + [
        "",
        "  /// Each method with the types of its messages.",
        "  \(visibility)static var signatures: [\(signature)] {",
        "    [",
      ]
      + rpcs.map { "      (\($0.name), \($0.input).descriptor, \($0.output).descriptor)," }
      + ["    ]", "  }", "}"]
  }

  /// What a server implements when it chooses for each method how it answers.
  var handlers: [String] {
    comment(of: service) + ["\(visibility)protocol \(stem)Service: Sendable {"]
      + rpcs.flatMap { rpc in
        indented(comment(of: rpc.method)) + ["  var \(rpc.name): \(rpc.handlerType) { get }"]
      } + ["}"]
  }

  var table: [String] {
    [
      "extension \(stem)Service {",
      "  /// The rows of the method table for this service.",
      "  \(visibility)var \(tableName): [ServerMethod] {",
      "    [",
    ] + rpcs.map { "      .\($0.kind.rawValue)(\(stem)Methods.\($0.name), \($0.name))," }
      + ["    ]", "  }", "}"]
  }

  /// A method of the name would be in the way.
  private var tableName: String {
    rpcs.contains { $0.name == "methods" } ? "serverMethods" : "methods"
  }

  /// What a server implements otherwise.
  var asyncHandlers: [String] {
    [
      "/// `\(service.fullName)` with each method as a function that may wait. A method that must "
        + "not",
      "/// cost a task is written as the property of `\(stem)Service` instead.",
      "\(visibility)protocol \(stem)AsyncService: \(stem)Service {",
    ]
      + rpcs.flatMap { indented(comment(of: $0.method) + $0.asyncDeclaration) }
      + ["}"]
  }

  var asyncDefaults: [String] {
    ["extension \(stem)AsyncService {"]
      + rpcs.flatMap { indented($0.asyncDefault(visibility)) } + ["}"]
  }

  var client: [String] {
    [
      "/// Calls `\(service.fullName)`.",
      "\(visibility)struct \(stem)Client<Transport: ClientTransport>: Sendable {",
      "  \(visibility)let transport: Transport",
      "",
      "  \(visibility)init(_ transport: Transport) {",
      "    self.transport = transport",
      "  }",
    ]
      + rpcs.flatMap { rpc in
        [""]
          + indented(comment(of: rpc.method) + rpc.clientFunction(visibility, "\(stem)Methods"))
      } + ["}"]
  }

  private func indented(_ lines: [String]) -> [String] {
    lines.map { "  \($0)" }
  }
}
