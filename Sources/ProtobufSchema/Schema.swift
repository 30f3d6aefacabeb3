public import RPC
import SwiftProtobuf

/// The services and messages of .proto files, known only at run time.
public struct Schema: Sendable {
  /// A service and its methods, in the order of the .proto.
  public struct Service: Sendable {
    /// The full name.
    public let name: String
    public let methods: [Method]
  }

  /// A method and the full names of its messages.
  public struct Method: Sendable {
    public let descriptor: MethodDescriptor
    public let input: String
    public let output: String
  }

  public let services: [Service]
  private let messages: [String: MessageShape]
  private let enums: [String: EnumShape]

  /// - Parameter served: the full names of the services that count; nil takes all that are
  ///   declared.
  public init(_ catalog: SchemaCatalog, served: Set<String>? = nil) {
    var services: [Service] = []
    var shapes = Shapes()
    for file in catalog.files {
      shapes.add(file.proto)
      services += file.proto.service.map { Service($0, in: file.proto.package) }
    }
    self.services = services.filter { served?.contains($0.name) ?? true }
    messages = shapes.messages
    enums = shapes.enums
  }

  func message(_ name: String) -> MessageShape? { messages[name] }
  func enumeration(_ name: String) -> EnumShape? { enums[name] }
}

extension Schema.Service {
  fileprivate init(_ service: Google_Protobuf_ServiceDescriptorProto, in package: String) {
    let name = Declarations.name(service.name, in: package)
    self.name = name
    methods = service.method.map { method in
      let kind: MethodKind =
        switch (method.clientStreaming, method.serverStreaming) {
        case (false, false): .unary
        case (true, false): .clientStreaming
        case (false, true): .serverStreaming
        case (true, true): .bidirectional
        }
      return Schema.Method(
        descriptor: MethodDescriptor(service: name, name: method.name, kind: kind),
        input: TypeName.absolute(method.inputType),
        output: TypeName.absolute(method.outputType)
      )
    }
  }
}

/// Descriptors write the full name of a type with a dot in front.
enum TypeName {
  static func absolute(_ name: String) -> String { String(name.drop { $0 == "." }) }
}
