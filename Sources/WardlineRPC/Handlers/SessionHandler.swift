import ChatModel
import ChatRepository
import ChatService
import RPC
import WardlineAPI

/// Who is calling.
struct SessionHandler: SessionService {
  let sessions: Sessions
  let gate: any AuthenticationGate

  var authenticate: UnaryHandler<AuthenticateRequest, AuthenticateResponse> {
    .async { request, context in
      guard context.connection.isOfOneCaller else {
        throw RPCError(
          .failedPrecondition,
          "nobody signs in for a whole connection here; send authorization: Bearer TOKEN with each call"
        )
      }
      let isKnown = sessions.remembered(request.token) != nil
      if !isKnown, let refusal = gate.begin(context) { throw refusal }
      do {
        let principal = try await sessions.authenticate(request.token)
        if !isKnown { gate.ended(context, isValid: true) }
        try context.connection.claim(for: principal)
        context.connection.bind(Caller(principal))
        context.auditEntry?.change { $0.identify(principal) }
        return AuthenticateResponse(principal: .init(principal))
      } catch let error as AuthenticationError {
        if !isKnown { gate.ended(context, isValid: false) }
        throw RPCError(.unauthenticated, error.message)
      }
    }
  }

  var revoke: UnaryHandler<RevokeRequest, RevokeResponse> {
    .async { request, context in
      let caller = try context.principal()
      let key = try idempotencyKey(request.idempotencyKey)
      let revokedAt = try await translated { () throws(ChatError) in
        try await sessions.revoke(key: key, caller)
      }
      return RevokeResponse(revokedAtMs: revokedAt.milliseconds)
    }
  }

  var whoAmI: UnaryHandler<WhoAmIRequest, WhoAmIResponse> {
    .inline { _, context in
      WhoAmIResponse(principal: .init(try context.principal()))
    }
  }
}
