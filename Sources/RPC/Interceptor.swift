/// What an interceptor says of a call that has arrived.
public enum Admission: Sendable {
  case proceed
  case refuse(RPCError)
  /// It takes a wait to decide. The call goes on with the context that comes back, or fails with
  /// what was thrown.
  case wait(@Sendable (ServerContext) async throws -> ServerContext)
}

/// Stands around every call: once before its message is read and once after it has ended.
///
/// It is a pair of hooks instead of a function around the handler, so that it costs the same for
/// inline, deferred and async handlers. Both run on the connection's event loop and must not block.
public protocol ServerInterceptor: Sendable {
  /// Lets the call in, refuses it, or asks for time. May put what it learns into the context.
  func admit(_ context: inout ServerContext) -> Admission
  /// The call has ended with that status. The context knows what it has carried.
  func ended(_ context: ServerContext, status: StatusCode)
  /// The connection has handed over the answers of one read, or of one turn of its loop: what is
  /// done once for many calls, such as reading the clock, is done here.
  func passEnded(_ connection: ConnectionContext)
}

extension ServerInterceptor {
  public func ended(_ context: ServerContext, status: StatusCode) {}
  public func passEnded(_ connection: ConnectionContext) {}
}
