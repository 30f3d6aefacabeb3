import ChatModel
import ChatRepository
import GRDB

extension Snapshot {
  /// Records of the audit, newest first.
  ///
  /// There is no index beside that of the records: it would cost every call a search, and whoever asks
  /// can wait.
  func auditRecords(_ query: AuditQuery) throws -> AuditPage {
    let filter = try AuditFilter(query, db)
    var page = AuditPage(records: [], before: nil)
    var scanned = 0
    try db.each(
      """
      SELECT record_index, occurred_at, operation, user_id, service_id, role, subject, outcome,
        origin, hash FROM audit WHERE record_index < ? ORDER BY record_index DESC
      """,
      [query.before ?? Int64.max]
    ) { row in
      let record = try row.auditRecord()
      if scanned >= query.scanMax || page.records.count >= query.limit {
        page.before = record.index + 1
        return false
      }
      scanned += 1
      if filter.holds(record) { page.records.append(filter.shown(record)) }
      return !filter.isPast(record)
    }
    return page
  }
}

/// Which records fit a query.
private struct AuditFilter {
  private let query: AuditQuery
  /// The conversations of the user of the scope. What is read in a broadcast concerns no patient, who
  /// must not learn there of others.
  private let conversations: Set<ConversationID>

  init(_ query: AuditQuery, _ db: Database) throws {
    self.query = query
    switch query.scope {
    case .everybody: conversations = []
    case .accessOf(let user):
      conversations = Set(
        try db.all(
          """
          SELECT p.conversation_id
          FROM chat_participants p JOIN chat_conversations c USING (conversation_id)
          WHERE p.user_id = ? AND p.is_active = 1
            AND NOT (c.type = 'broadcast' AND p.user_type = 'patient')
          """,
          [user.rawValue]
        ) { try $0.conversationID() }
      )
    }
  }

  /// Whether no older record can fit.
  func isPast(_ record: AuditRecord) -> Bool {
    // The clock may have been set back between records, by minutes at most.
    guard let from = query.from else { return false }
    return record.occurredAt.milliseconds < from.milliseconds - Self.clockSlackMilliseconds
  }

  func holds(_ record: AuditRecord) -> Bool {
    let call = record.call
    if let user = query.user, call.user != user, call.service != user { return false }
    if let operation = query.operation, call.operation != operation { return false }
    if let outcome = query.outcome, record.outcome != outcome { return false }
    if let from = query.from, record.occurredAt < from { return false }
    if let until = query.until, record.occurredAt >= until { return false }
    if let conversation = query.conversation {
      guard Self.conversations(in: call.subject).contains(conversation) else { return false }
    }
    return isInScope(call)
  }

  private func isInScope(_ call: AuditedCall) -> Bool {
    guard case .accessOf(let user) = query.scope else { return true }
    // What a service did in his name is the user's to know.
    if call.user == user, call.service == nil { return false }
    if call.user == user || call.subject.split(separator: " ").contains("user:\(user)") {
      return true
    }
    return Self.conversations(in: call.subject).contains { conversations.contains($0) }
  }

  /// A record without what else was named, which may be of others.
  func shown(_ record: AuditRecord) -> AuditRecord {
    guard case .accessOf(let user) = query.scope, record.call.user != user else { return record }
    var shown = record
    shown.call.subject = record.call.subject.split(separator: " ").filter { word in
      word == "user:\(user)"
        || Self.conversations(in: String(word)).contains { conversations.contains($0) }
    }.joined(separator: " ")
    return shown
  }

  private static func conversations(in subject: String) -> [ConversationID] {
    subject.split(separator: " ").compactMap { word in
      if word.hasPrefix("conversation:") {
        return ConversationID(String(word.dropFirst("conversation:".count)))
      }
      if word.hasPrefix("message:") {
        return MessageID(String(word.dropFirst("message:".count)))?.conversation
      }
      return nil
    }
  }

  private static let clockSlackMilliseconds: Int64 = 600_000
}

extension StoredRow {
  fileprivate mutating func auditRecord() throws -> AuditRecord {
    let index = try int64()
    let time = try timestamp()
    let operation = try string()
    let (user, service, role) = (try string(), try string(), try string())
    let (subject, outcome, origin) = (try string(), try string(), try string())
    return AuditRecord(
      index: index,
      occurredAt: time,
      call: AuditedCall(
        operation: operation,
        user: UserID(user),
        service: UserID(service),
        role: Role(rawValue: role),
        subject: subject,
        origin: origin
      ),
      outcome: outcome,
      hash: try bytes()
    )
  }
}
