import ChatModel
import ChatService
import RPC

/// Finds out who is calling: by the token in the call's metadata, else by what `Authenticate` bound
/// to the connection. A service may make the call in the name of a user, whom it names in the
/// metadata `on-behalf-of`. Refuses every call that needs a caller and has none, and every call that
/// the caller's role may not make.
struct AuthenticationInterceptor: ServerInterceptor {
  private let sessions: Sessions
  /// What each method asks for, looked up once instead of for every call.
  private let operations: IdentityTable<Operation>
  /// Methods that anybody may call.
  private let open: IdentityTable<Bool>

  static let onBehalfOf = "on-behalf-of"

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
    do throws(RPCError) {
      if let authorization = context.metadata.first("authorization") {
        let token = try Self.bearerToken(authorization)
        guard let principal = sessions.remembered(token) else {
          return wait(for: token, operation)
        }
        return try admit(&context, operation, Caller(principal))
      }
      guard let caller = context.connection.identity as? Caller else { throw .notAuthenticated }
      guard sessions.isCurrent(caller.principal) else { throw .sessionOver }
      return try admit(&context, operation, caller)
    } catch {
      return .refuse(error)
    }
  }

  private func wait(for token: String, _ operation: Operation) -> Admission {
    .wait { [self] context in
      let principal: ChatService.Principal
      do throws(AuthenticationError) {
        principal = try await sessions.authenticate(token)
      } catch {
        throw RPCError(.unauthenticated, error.message)
      }
      var context = context
      let admission = try admit(&context, operation, Caller(principal))
      guard case .wait(let decide) = admission else { return context }
      return try await decide(context)
    }
  }

  /// The caller is known; perhaps it acts for somebody else.
  private func admit(
    _ context: inout ServerContext,
    _ operation: Operation,
    _ caller: Caller
  ) throws(RPCError) -> Admission {
    guard let user = context.metadata.first(Self.onBehalfOf) else {
      try enter(&context, operation, caller)
      return .proceed
    }
    let acting: ChatService.Principal?
    do throws(ActingError) {
      acting = try sessions.remembered(user, for: caller.principal, operation)
    } catch {
      throw RPCError(error)
    }
    if let acting {
      try enter(&context, operation, Caller(acting))
      return .proceed
    }
    return .wait { [self] context in
      let acting: ChatService.Principal
      do throws(ActingError) {
        acting = try await sessions.lookUp(user, for: caller.principal, operation)
      } catch {
        throw RPCError(error)
      }
      var context = context
      try enter(&context, operation, Caller(acting))
      return context
    }
  }

  private func enter(
    _ context: inout ServerContext,
    _ operation: Operation,
    _ caller: Caller
  ) throws(RPCError) {
    guard Policy.allows(operation, caller.principal.role) else {
      throw RPCError(ChatError.permissionDenied)
    }
    try context.connection.claim(for: caller.principal)
    context.identity = caller
  }

  private static func bearerToken(_ authorization: String) throws(RPCError) -> String {
    let token = authorization.dropFirst(7).drop { $0 == " " }
    guard authorization.prefix(7).lowercased() == "bearer ", !token.isEmpty else {
      throw RPCError(.unauthenticated, "metadata authorization must be \"Bearer\" and a token")
    }
    return String(token)
  }
}
