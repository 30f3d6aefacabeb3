import ChatService
import RPC

/// Finds out who is calling: by the token in the call's metadata, else by what `Authenticate` bound
/// to the connection. Refuses every call that needs a caller and has none.
struct AuthenticationInterceptor: ServerInterceptor {
  private let sessions: Sessions
  private let gate: any AuthenticationGate
  /// The methods that need a caller.
  private let guarded: IdentityTable<Bool>

  init(_ sessions: Sessions, _ gate: any AuthenticationGate, _ methods: [ServerMethod]) {
    self.sessions = sessions
    self.gate = gate
    guarded = IdentityTable(
      methods.compactMap { method in
        let scope = Operation(method.descriptor).flatMap { Policy.rules[$0]?.scope }
        return scope == .nothing ? nil : (key: method.descriptor, value: true)
      }
    )
  }

  func admit(_ context: inout ServerContext) -> Admission {
    if guarded[ObjectIdentifier(context.method)] == nil { return .proceed }
    do throws(RPCError) {
      if let authorization = context.metadata.first("authorization") {
        let token = try Self.bearerToken(authorization)
        guard let principal = sessions.remembered(token) else {
          if let refusal = gate.begin(context) { return .refuse(refusal) }
          return wait(for: token)
        }
        context.identity = Caller(principal)
      } else {
        guard let caller = context.connection.identity as? Caller else { throw .notAuthenticated }
        guard sessions.isCurrent(caller.principal) else { throw .sessionOver }
        context.identity = caller
      }
      return .proceed
    } catch {
      return .refuse(error)
    }
  }

  private func wait(for token: String) -> Admission {
    .wait { [sessions, gate] context in
      do throws(AuthenticationError) {
        var context = context
        context.identity = Caller(try await sessions.authenticate(token))
        gate.ended(context, isValid: true)
        return context
      } catch {
        gate.ended(context, isValid: false)
        throw RPCError(.unauthenticated, error.message)
      }
    }
  }

  private static func bearerToken(_ authorization: String) throws(RPCError) -> String {
    let token = authorization.dropFirst(7).drop { $0 == " " }
    guard authorization.prefix(7).lowercased() == "bearer ", !token.isEmpty else {
      throw RPCError(.unauthenticated, "authorization must be \"Bearer\" and a token")
    }
    return String(token)
  }
}
