import ChatModel
import ChatRepository
import ChatService
import NIOCore
import RPC

/// Asks other interceptors whether a call may come in, and records those that may not before they are
/// refused. Calls that come in take their entry for the audit along.
///
/// The others are only asked; they do not hear of the end of a call.
struct AuditedAdmission: ServerInterceptor {
  private let inner: [any ServerInterceptor]
  private let audit: CallAudit
  /// What the audit calls the methods whose calls are recorded.
  private let operations: IdentityTable<String>

  init(_ inner: [any ServerInterceptor], _ audit: CallAudit, recording methods: [ServerMethod]) {
    self.inner = inner
    self.audit = audit
    operations = IdentityTable(
      methods.map { (key: $0.descriptor, value: AuditedCall.operation($0.descriptor)) }
    )
  }

  func admit(_ context: inout ServerContext) -> Admission {
    let operation = operations[ObjectIdentifier(context.method)]
    for index in inner.indices {
      let admission = inner[index].admit(&context)
      if case .proceed = admission { continue }
      // From now on whoever hears of the end of the call finds the entry in the context.
      let entry = operation.map { attach(&context, $0) }
      return .waitWithMessage { context, message in
        try await decide(admission, context, message, from: index + 1, entry)
      }
    }
    if let operation { attach(&context, operation) }
    return .proceed
  }

  /// A call that ends before its handler has begun has nobody else who could record it.
  func ended(_ context: ServerContext, status: StatusCode) {
    guard let entry = context.auditEntry, !entry.hasBegun, !entry.isRecorded else { return }
    audit.note(entry, status, on: context.eventLoop)
  }

  /// - Parameter next: the first of the others that has not been asked.
  private func decide(
    _ admission: Admission,
    _ context: ServerContext,
    _ message: ByteBuffer,
    from next: Int,
    _ entry: AuditEntry?
  ) async throws -> ServerContext {
    var context = context
    do {
      try await Self.wait(for: admission, &context, message)
      for index in next..<inner.count {
        try await Self.wait(for: inner[index].admit(&context), &context, message)
      }
    } catch {
      guard let entry else { throw error }
      let named = audit.subject(of: context.method, message)
      entry.change { $0.refuse(context, named) }
      throw await audit.refused(entry, error, on: context.eventLoop)
    }
    if let entry { attach(entry, &context) }
    return context
  }

  private static func wait(
    for admission: Admission,
    _ context: inout ServerContext,
    _ message: ByteBuffer
  ) async throws {
    switch admission {
    case .proceed: break
    case .refuse(let error): throw error
    case .wait(let decide): context = try await decide(context)
    case .waitWithMessage(let decide): context = try await decide(context, message)
    }
  }

  @discardableResult
  private func attach(_ context: inout ServerContext, _ operation: String) -> AuditEntry {
    let entry = AuditEntry(AuditedCall(context, operation: operation))
    attach(entry, &context)
    return entry
  }

  private func attach(_ entry: AuditEntry, _ context: inout ServerContext) {
    if let caller = context.identity as? Caller {
      entry.change { $0.identify(caller.principal) }
      var principal = caller.principal
      principal.audit = entry
      context.identity = Caller(principal)
    } else {
      context.identity = UnknownCaller(entry)
    }
  }
}

extension AuditedCall {
  /// The call of that context does not come in.
  ///
  /// - Parameter named: what its message named.
  fileprivate mutating func refuse(_ context: ServerContext, _ named: String) {
    if let caller = context.identity as? Caller { identify(caller.principal) }
    subject = named
    // Whom somebody wanted to act for stands nowhere else.
    if let user = context.metadata.first(AccessInterceptor.onBehalfOf).flatMap(UserID.init),
      user != self.user
    {
      subject = named.isEmpty ? "user:\(user)" : "user:\(user) \(named)"
    }
  }
}
