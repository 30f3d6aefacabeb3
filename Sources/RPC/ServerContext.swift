public import NIOCore

/// What a handler knows of the call beside its message.
public struct ServerContext: Sendable {
  public let method: MethodDescriptor
  public let metadata: Metadata
  /// When the caller stops waiting.
  public let deadline: NIODeadline?
  public let connection: ConnectionContext
  /// Set by the interceptor that authenticates.
  public var identity: (any CallerIdentity)?

  public init(
    method: MethodDescriptor,
    metadata: Metadata = Metadata(),
    deadline: NIODeadline? = nil,
    connection: ConnectionContext,
    identity: (any CallerIdentity)? = nil
  ) {
    self.method = method
    self.metadata = metadata
    self.deadline = deadline
    self.connection = connection
    self.identity = identity
  }

  public var eventLoop: any EventLoop { connection.eventLoop }
}
