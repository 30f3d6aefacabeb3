public import RPC

/// Decides whether a proof of who is calling is looked at, so that nobody can try one after another.
/// Proofs that are known to be good never come here.
public protocol AuthenticationGate: Sendable {
  /// A proof is about to be looked at.
  ///
  /// - Returns: why it must not be; nil when it may.
  func begin(_ context: ServerContext) -> RPCError?
  /// What came of one that was let in.
  func ended(_ context: ServerContext, isValid: Bool)
}

/// Lets every proof in.
struct OpenGate: AuthenticationGate {
  func begin(_ context: ServerContext) -> RPCError? { nil }
  func ended(_ context: ServerContext, isValid: Bool) {}
}
