import ChatModel
import ChatService
import RPC

/// Refuses a call that is to be made by somebody else than its caller.
///
/// A face that names the caller in its paths, or keeps some of them for staff, says so in metadata,
/// and the refusal is decided and recorded where all others are: `expected-user` holds the user whom
/// the caller must be, `expected-role` is `staff` where neither patients nor services may call.
struct ExpectationInterceptor: ServerInterceptor {
  static let user = "expected-user"
  static let role = "expected-role"

  func admit(_ context: inout ServerContext) -> Admission {
    if context.metadata.isEmpty { return .proceed }
    let user = context.metadata.first(Self.user)
    let role = context.metadata.first(Self.role)
    if user == nil, role == nil { return .proceed }
    do throws(RPCError) {
      let principal = try context.principal()
      if let user, user != principal.userID.rawValue { throw RPCError(ChatError.permissionDenied) }
      if let role { try Self.demand(role, principal) }
      return .proceed
    } catch {
      return .refuse(error)
    }
  }

  private static func demand(
    _ role: String,
    _ principal: ChatService.Principal
  ) throws(RPCError) {
    guard role == "staff" else { throw .invalid(Self.role, "must be staff") }
    switch principal.role {
    case .doctor, .dietitian, .pharmacist, .nurse, .admin: break
    case .patient, .service: throw RPCError(ChatError.permissionDenied)
    }
  }
}
