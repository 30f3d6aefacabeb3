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

/// What happens when a call is carried out twice: protobuf's `idempotency_level` of the method.
public enum MethodIdempotency: Sendable, Hashable, CaseIterable {
  /// Nothing is said: a repeated call may do its work a second time.
  case none
  /// The second call changes nothing that the first has not changed.
  case idempotent
  /// The call changes nothing at all.
  case noSideEffects
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
  /// Whether a client may repeat a call of which it does not know what became.
  public let idempotency: MethodIdempotency
  /// The .proto file that declares it; nil for a method without one.
  public let schema: SchemaFile?

  public init(
    service: String,
    name: String,
    kind: MethodKind,
    idempotency: MethodIdempotency = .none,
    schema: SchemaFile? = nil
  ) {
    self.service = service
    self.name = name
    self.kind = kind
    self.idempotency = idempotency
    self.schema = schema
  }

  /// `service/name`, as in gRPC's paths.
  public var fullName: String { "\(service)/\(name)" }
}

extension MethodDescriptor: CustomStringConvertible {
  public var description: String { fullName }
}
