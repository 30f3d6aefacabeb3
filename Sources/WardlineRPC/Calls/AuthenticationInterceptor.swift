import ChatModel
import ChatService
import RPC

/// Finds out who is calling: by the token in the call's metadata, else by what `Authenticate` bound
/// to the connection. Refuses every call that needs a caller and has none, and every call that the
/// caller's role may not make.
struct AuthenticationInterceptor: ServerInterceptor {
  private let sessions: Sessions
  /// What each method asks for, looked up once instead of for every call.
  private let operations: IdentityTable<Operation>
  /// Methods that anybody may call.
  private let open: IdentityTable<Bool>

  init(_ sessions: Sessions, _ methods: [ServerMethod], open: [ServerMethod] = []) {
    self.sessions = sessions
    operations = IdentityTable(
      methods.compactMap { method in
        Operation(method.descriptor).map { (key: method.descriptor, value: $0) }
      }
    )
    self.open = IdentityTable(open.map { (key: $0.descriptor, value: true) })
  }

  func admit(_ context: inout ServerContext) -> Admission {
    let method = ObjectIdentifier(context.method)
    guard let operation = operations[method] else {
      if open[method] != nil { return .proceed }
      return .refuse(RPCError(.permissionDenied, "nobody may call \(context.method)"))
    }
    if Policy.rules[operation]?.scope == .nothing { return .proceed }
    if let authorization = context.metadata.first("authorization") {
      return admit(&context, operation, bearing: authorization)
    }
    guard let caller = context.connection.identity as? Caller else {
      return .refuse(.notAuthenticated)
    }
    guard sessions.isCurrent(caller.principal) else { return .refuse(.sessionOver) }
    return admit(&context, operation, caller)
  }

  private func admit(
    _ context: inout ServerContext,
    _ operation: Operation,
    _ caller: Caller
  ) -> Admission {
    guard Policy.allows(operation, caller.principal.role) else {
      return .refuse(RPCError(ChatError.permissionDenied))
    }
    do throws(RPCError) {
      try context.connection.claim(for: caller.principal)
    } catch {
      return .refuse(error)
    }
    context.identity = caller
    return .proceed
  }

  private func admit(
    _ context: inout ServerContext,
    _ operation: Operation,
    bearing authorization: String
  ) -> Admission {
    guard let token = Self.bearerToken(authorization) else {
      return .refuse(
        RPCError(.unauthenticated, "metadata authorization must be \"Bearer\" and a token")
      )
    }
    if let principal = sessions.remembered(token) {
      return admit(&context, operation, Caller(principal))
    }
    return .wait { [sessions] context in
      let principal: ChatService.Principal
      do throws(AuthenticationError) {
        principal = try await sessions.authenticate(token)
      } catch {
        throw RPCError(.unauthenticated, error.message)
      }
      guard Policy.allows(operation, principal.role) else {
        throw RPCError(ChatError.permissionDenied)
      }
      try context.connection.claim(for: principal)
      var context = context
      context.identity = Caller(principal)
      return context
    }
  }

  private static func bearerToken(_ authorization: String) -> String? {
    guard authorization.prefix(7).lowercased() == "bearer " else { return nil }
    let token = authorization.dropFirst(7).drop { $0 == " " }
    return token.isEmpty ? nil : String(token)
  }
}
