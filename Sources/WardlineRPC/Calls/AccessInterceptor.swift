import ChatModel
import ChatService
import RPC

/// Refuses what the caller's role may not do, once it is known who is calling. A service may make the
/// call in the name of a user, whom it names in the metadata `on-behalf-of`.
struct AccessInterceptor: ServerInterceptor {
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
      let principal = try context.principal()
      if let user = context.metadata.first(Self.onBehalfOf) {
        guard let acting = try remembered(user, principal, operation) else {
          return wait(for: user, principal, operation)
        }
        context.identity = Caller(acting)
        try Self.demand(operation, acting, context)
      } else {
        try Self.demand(operation, principal, context)
      }
      return .proceed
    } catch {
      return .refuse(error)
    }
  }

  private func remembered(
    _ user: String,
    _ service: ChatService.Principal,
    _ operation: Operation
  ) throws(RPCError) -> ChatService.Principal? {
    do throws(ActingError) {
      return try sessions.remembered(user, for: service, operation)
    } catch {
      throw RPCError(error)
    }
  }

  private func wait(
    for user: String,
    _ service: ChatService.Principal,
    _ operation: Operation
  ) -> Admission {
    .wait { [sessions] context in
      let acting: ChatService.Principal
      do throws(ActingError) {
        acting = try await sessions.lookUp(user, for: service, operation)
      } catch {
        throw RPCError(error)
      }
      var context = context
      context.identity = Caller(acting)
      try Self.demand(operation, acting, context)
      return context
    }
  }

  private static func demand(
    _ operation: Operation,
    _ principal: ChatService.Principal,
    _ context: ServerContext
  ) throws(RPCError) {
    guard Policy.allows(operation, principal.role) else {
      throw RPCError(ChatError.permissionDenied)
    }
    try context.connection.claim(for: principal)
  }
}
