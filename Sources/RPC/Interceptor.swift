public import NIOCore

/// What an interceptor says of a call that has arrived.
public enum Admission: Sendable {
  case proceed
  case refuse(RPCError)
  /// It takes a wait to decide. The call goes on with the context that comes back, or fails with
  /// what was thrown.
  case wait(@Sendable (ServerContext) async throws -> ServerContext)
  /// The same, for a decision that needs the bytes of the message with which the call was opened.
  case waitWithMessage(@Sendable (ServerContext, ByteBuffer) async throws -> ServerContext)
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
  /// Calls of one method have begun, have ended, or both, since this was last said: for what is
  /// counted, which costs less for many calls together than for each.
  func tallied(_ tally: CallTally)
}

extension ServerInterceptor {
  public func ended(_ context: ServerContext, status: StatusCode) {}
  public func tallied(_ tally: CallTally) {}
}
