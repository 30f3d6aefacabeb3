import ChatModel
import ChatService
import RPC

/// The identity of a call: a principal that was authenticated.
final class Caller: CallerIdentity {
  let principal: Principal

  init(_ principal: Principal) {
    self.principal = principal
  }

  var subject: String { principal.userID.rawValue }
}

extension ServerContext {
  /// Who is calling.
  ///
  /// - Throws: UNAUTHENTICATED when nobody knows.
  func principal() throws(RPCError) -> Principal {
    guard let caller = identity as? Caller else { throw .notAuthenticated }
    return caller.principal
  }
}

extension ConnectionContext {
  /// Counts the connection among those of its user. A service may have any number of them: it acts
  /// for many.
  ///
  /// - Throws: RESOURCE_EXHAUSTED when the user has as many as one may have.
  func claim(for principal: Principal) throws(RPCError) {
    if principal.role == .service || principal.actingService != nil { return }
    try claim(for: principal.userID.rawValue)
  }
}

extension RPCError {
  static let notAuthenticated = RPCError(
    .unauthenticated,
    "nobody is signed in; send metadata authorization: Bearer TOKEN, or call Session/Authenticate"
  )

  static let serverIsStopping = RPCError(
    .unavailable,
    "the server is shutting down; subscribe again from the last cursor"
  )

  static let sessionOver = RPCError(
    .unauthenticated,
    "the session is over; authenticate with a new token"
  )
}
