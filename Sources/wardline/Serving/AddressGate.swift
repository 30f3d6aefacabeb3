import RPC
import RPCInterceptors
import WardlineRPC

/// Holds proofs of who is calling back by the address they come from.
struct AddressGate: AuthenticationGate {
  let limiter: FailureLimiter

  func begin(_ context: ServerContext) -> RPCError? {
    limiter.begin(context.connection.network, context)
  }

  func ended(_ context: ServerContext, isValid: Bool) {
    if isValid {
      limiter.succeeded(context.connection.network)
    } else {
      limiter.failed()
    }
  }
}
