public import NIOCore

/// What a handler knows of the call beside its message.
public struct ServerContext: Sendable {
  public let method: MethodDescriptor
  public let metadata: Metadata
  /// When the caller stops waiting. An interceptor may set an earlier one.
  public var deadline: NIODeadline?
  public let connection: ConnectionContext
  /// Set by the interceptor that authenticates.
  public var identity: (any CallerIdentity)?
  /// When the read began that brought the call. One reading of the clock serves all calls of a
  /// read.
  public let startedAt: NIODeadline
  /// Bytes of messages, without envelopes, that have come in and gone out so far: complete when
  /// interceptors hear of the end.
  public var traffic = CallTraffic()

  public init(
    method: MethodDescriptor,
    metadata: Metadata = Metadata(),
    deadline: NIODeadline? = nil,
    connection: ConnectionContext,
    identity: (any CallerIdentity)? = nil,
    startedAt: NIODeadline = .now()
  ) {
    self.method = method
    self.metadata = metadata
    self.deadline = deadline
    self.connection = connection
    self.identity = identity
    self.startedAt = startedAt
  }

  public var eventLoop: any EventLoop { connection.eventLoop }
}
