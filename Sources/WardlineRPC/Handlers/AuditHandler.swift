import ChatModel
import ChatRepository
import ChatService
import RPC
import WardlineAPI

/// The record of every call.
struct AuditHandler: AuditAsyncService {
  let trail: AuditTrail

  func list(
    _ request: ListAuditRequest,
    context: ServerContext
  ) async throws -> ListAuditResponse {
    let caller = try context.principal()
    let query = try AuditQuery(request)
    let page = try await translated { () throws(ChatError) in
      try await trail.list(query, caller)
    }
    return ListAuditResponse(
      records: page.records.map { .init($0) },
      nextBefore: page.before ?? 0
    )
  }

  func listAccessOfMe(
    _ request: ListAccessOfMeRequest,
    context: ServerContext
  ) async throws -> ListAccessOfMeResponse {
    let caller = try context.principal()
    let limit = try pageLimit(request.limit, standard: 100, most: 500)
    let before = try auditIndex(request.before)
    let page = try await translated { () throws(ChatError) in
      try await trail.accessOfCaller(before: before, limit: limit, caller)
    }
    return ListAccessOfMeResponse(
      records: page.records.map { record in
        var record = WardlineAPI.AuditRecord(record)
        // Where somebody was is not the caller's to know, and the chain is for whoever has it whole.
        record.origin = ""
        record.hash = ""
        return record
      },
      nextBefore: page.before ?? 0
    )
  }
}

/// nil for 0, which means the newest.
private func auditIndex(_ index: Int64) throws(RPCError) -> Int64? {
  guard index >= 0 else { throw .invalid("before", "must be next_before of a page, or 0") }
  return index == 0 ? nil : index
}

extension AuditQuery {
  fileprivate init(_ request: ListAuditRequest) throws(RPCError) {
    self.init(
      .everybody,
      before: try auditIndex(request.before),
      limit: try pageLimit(request.limit, standard: 100, most: 500)
    )
    if !request.userID.isEmpty { user = try UserID(field: "user_id", request.userID) }
    if !request.conversationID.isEmpty {
      conversation = try ConversationID(field: "conversation_id", request.conversationID)
    }
    if !request.operation.isEmpty { operation = request.operation }
    if !request.outcome.isEmpty { outcome = request.outcome }
    if request.fromMs != 0 { from = Timestamp(milliseconds: request.fromMs) }
    if request.untilMs != 0 { until = Timestamp(milliseconds: request.untilMs) }
  }
}

extension WardlineAPI.AuditRecord {
  init(_ record: ChatModel.AuditRecord) {
    let digits = record.hash.map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    self.init(
      index: record.index,
      occurredAtMs: record.occurredAt.milliseconds,
      operation: record.call.operation,
      userID: record.call.user?.rawValue ?? "",
      serviceID: record.call.service?.rawValue ?? "",
      role: record.call.role?.rawValue ?? "",
      subject: record.call.subject,
      outcome: record.outcome,
      origin: record.call.origin,
      hash: digits.joined()
    )
  }
}
