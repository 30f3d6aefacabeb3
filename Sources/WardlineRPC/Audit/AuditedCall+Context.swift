import ChatModel
import ChatRepository
import ChatService
import RPC

extension AuditedCall {
  /// What the audit calls a method.
  static func operation(_ method: MethodDescriptor) -> String {
    ChatService.Operation(method)?.rawValue ?? method.fullName
  }

  /// What is known of a call from its context.
  ///
  /// - Parameter operation: what the audit calls the method, where it was looked up before.
  init(_ context: ServerContext, operation: String? = nil) {
    self.init(
      operation: operation ?? Self.operation(context.method),
      origin: context.connection.remoteAddress
    )
    if let principal = (context.identity as? Caller)?.principal { identify(principal) }
  }

  mutating func identify(_ principal: ChatService.Principal) {
    user = principal.userID
    service = principal.actingService
    role = principal.role
  }
}

extension ServerContext {
  /// The call's entry for the audit, if it is on its way there.
  var auditEntry: AuditEntry? {
    switch identity {
    case let caller as Caller: caller.principal.audit
    case let nobody as UnknownCaller: nobody.auditEntry
    default: nil
    }
  }
}

/// The identity of a call of which nobody knows yet, or ever, who makes it.
final class UnknownCaller: CallerIdentity {
  let auditEntry: AuditEntry

  init(_ auditEntry: AuditEntry) {
    self.auditEntry = auditEntry
  }

  var subject: String { "-" }
}
