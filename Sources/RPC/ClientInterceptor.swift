/// What an interceptor says of a call that is about to be made.
public enum ClientAdmission: Sendable {
  case proceed
  case refuse(RPCError)
  /// It takes a wait to decide. The call goes on with the context that comes back, or fails with
  /// what was thrown. The task is cancelled when the caller gives up or the deadline passes.
  case wait(@Sendable (ClientContext) async throws -> ClientContext)
}

/// Stands around every call that a client makes: once before its first attempt and once after it
/// has ended, with all of its attempts.
///
/// The hooks may run on any thread and must not block. A stream has ended when its last message has
/// been read, or when its reader has left it.
public protocol ClientInterceptor: Sendable {
  /// Lets the call go, refuses it, or asks for time. May change what the caller said.
  func start(_ context: inout ClientContext) -> ClientAdmission
  /// The call has ended. Every interceptor that was asked hears of it, once.
  func ended(_ context: ClientContext, _ outcome: ClientOutcome)
}

extension ClientInterceptor {
  public func ended(_ context: ClientContext, _ outcome: ClientOutcome) {}
}
