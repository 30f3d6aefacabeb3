/// Adds metadata to every call, before what the caller gave.
public struct ClientMetadataInterceptor: ClientInterceptor {
  private let metadata: @Sendable (MethodDescriptor) -> Metadata

  public init(_ metadata: Metadata) {
    self.init { _ in metadata }
  }

  /// - Parameter metadata: what a call of that method is given.
  public init(_ metadata: @escaping @Sendable (MethodDescriptor) -> Metadata) {
    self.metadata = metadata
  }

  public func start(_ context: inout ClientContext) -> ClientAdmission {
    let added = metadata(context.method)
    if added.isEmpty { return .proceed }
    context.options.metadata = Metadata(entries: added.entries + context.options.metadata.entries)
    return .proceed
  }
}
