import ChatService
import RPC
import WardlineAPI

/// Who is calling.
struct SessionHandler: SessionService {
  let sessions: Sessions

  var authenticate: UnaryHandler<AuthenticateRequest, AuthenticateResponse> {
    .async { request, context in
      do {
        let principal = try await sessions.authenticate(request.token)
        try context.connection.claim(for: principal)
        context.connection.bind(Caller(principal))
        return AuthenticateResponse(principal: .init(principal))
      } catch let error as AuthenticationError {
        throw RPCError(.unauthenticated, error.message)
      }
    }
  }

  var whoAmI: UnaryHandler<WhoAmIRequest, WhoAmIResponse> {
    .inline { _, context in
      WhoAmIResponse(principal: .init(try context.principal()))
    }
  }
}
