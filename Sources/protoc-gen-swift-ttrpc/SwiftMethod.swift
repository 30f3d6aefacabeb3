internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary

/// A method of a service in the forms that the generated code needs.
struct SwiftMethod {
  /// Named as the cases of `MethodKind` and the functions of `ServerMethod`.
  enum Kind: String {
    case unary
    case clientStreaming
    case serverStreaming
    case bidirectional
  }

  let method: MethodDescriptor
  let name: String
  let kind: Kind
  /// The case of `MethodIdempotency`; nil when the .proto says nothing.
  let idempotency: String?
  let input: String
  let output: String

  init(_ method: MethodDescriptor) {
    self.method = method
    self.name = SwiftNames.method(method.name)
    self.input = SwiftNames.type(method.inputType)
    self.output = SwiftNames.type(method.outputType)
    self.kind =
      switch (method.clientStreaming, method.serverStreaming) {
      case (false, false): .unary
      case (true, false): .clientStreaming
      case (false, true): .serverStreaming
      case (true, true): .bidirectional
      }
    self.idempotency =
      switch method.options.idempotencyLevel {
      case .idempotencyUnknown: nil
      case .idempotent: "idempotent"
      case .noSideEffects: "noSideEffects"
      }
  }

  /// The arguments of the method's `MethodDescriptor`.
  var descriptorArguments: String {
    let first = "service: \"\(method.service.fullName)\", name: \"\(method.name)\", "
    let last = idempotency.map { ", idempotency: .\($0)" } ?? ""
    return first + "kind: .\(kind.rawValue)" + last
  }

  var handlerType: String {
    let name =
      switch kind {
      case .unary: "UnaryHandler"
      case .clientStreaming: "ClientStreamHandler"
      case .serverStreaming: "ServerStreamHandler"
      case .bidirectional: "BidirectionalHandler"
      }
    return "\(name)<\(input), \(output)>"
  }

  /// The function that a server writes by default.
  var asyncDeclaration: [String] {
    switch kind {
    case .unary:
      ["func \(name)(_ request: \(input), context: ServerContext) async throws -> \(output)"]
    case .clientStreaming:
      [
        "func \(name)(_ requests: MessageStream<\(input)>, context: ServerContext) async throws",
        "  -> \(output)",
      ]
    case .serverStreaming:
      [
        "func \(name)(_ request: \(input), context: ServerContext,",
        "  responses: StreamWriter<\(output)>) async throws",
      ]
    case .bidirectional:
      [
        "func \(name)(_ requests: MessageStream<\(input)>, context: ServerContext,",
        "  responses: StreamWriter<\(output)>) async throws",
      ]
    }
  }

  /// The handler made of that function.
  func asyncDefault(_ visibility: String) -> [String] {
    let call =
      switch kind {
      case .unary, .clientStreaming: "try await self.\(name)($0, context: $1)"
      case .serverStreaming, .bidirectional:
        "try await self.\(name)($0, context: $1, responses: $2)"
      }
    return ["\(visibility)var \(name): \(handlerType) {", "  .async { \(call) }", "}"]
  }

  func clientFunction(_ visibility: String, _ methods: String) -> [String] {
    let takesStream = kind == .clientStreaming || kind == .bidirectional
    let givesStream = kind == .serverStreaming || kind == .bidirectional
    let result = givesStream ? "MessageStream<\(output)>" : output
    let first = takesStream ? "" : "_ request: \(input), "
    let last =
      takesStream
      ? ", send: @escaping @Sendable (ClientStreamWriter<\(input)>) async throws -> Void" : ""
    let arguments = takesStream ? "options: options, send: send" : "request, options: options"
    return [
      "\(visibility)func \(name)(",
      "  \(first)options: CallOptions = CallOptions()\(last)",
      ") async throws -> \(result) {",
      "  try await transport.\(kind.rawValue)(\(methods).\(name), \(arguments))",
      "}",
    ]
  }
}
