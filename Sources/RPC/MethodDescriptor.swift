/// Which sides of a call are a stream of messages.
public enum MethodKind: Sendable, Hashable, CaseIterable {
  case unary
  case clientStreaming
  case serverStreaming
  case bidirectional

  /// Whether the server answers with a stream.
  @inlinable public var serverStreams: Bool { self == .serverStreaming || self == .bidirectional }
  /// Whether the client asks with a stream.
  @inlinable public var clientStreams: Bool { self == .clientStreaming || self == .bidirectional }
}

/// One method of a service, as the generated code describes it.
///
/// A class, so that every call refers to its method with one pointer.
public final class MethodDescriptor: Sendable {
  /// The full protobuf name, such as `wardline.v1.Messages`.
  public let service: String
  /// The bare name, such as `Send`.
  public let name: String
  public let kind: MethodKind
  /// The .proto file that declares it; nil for a method without one.
  public let schema: SchemaFile?

  public init(service: String, name: String, kind: MethodKind, schema: SchemaFile? = nil) {
    self.service = service
    self.name = name
    self.kind = kind
    self.schema = schema
  }

  /// `service/name`, as in gRPC's paths.
  public var fullName: String { "\(service)/\(name)" }
}

extension MethodDescriptor: CustomStringConvertible {
  public var description: String { fullName }
}
