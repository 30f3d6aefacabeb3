import ChatModel
import ChatRepository
import Testing

extension Clinic {
  /// A call of somebody, as the audit would have it.
  func entry(_ operation: String, by user: UserID?, subject: String = "") -> AuditEntry {
    AuditEntry(
      AuditedCall(
        operation: operation,
        user: user,
        role: user == nil ? nil : .patient,
        subject: subject,
        origin: "10.0.0.1:5"
      )
    )
  }

  func record(_ entry: AuditEntry, _ outcome: String = "OK", at seconds: Int = 0) async throws {
    let result = await withCheckedContinuation { continuation in
      repository.record(
        entry,
        outcome: outcome,
        at: Self.time(seconds),
        on: ImmediateCompletionExecutor.shared
      ) { continuation.resume(returning: $0) }
    }
    try result.get()
  }

  /// All records, the oldest first.
  func audit(_ scope: AuditQuery.Scope = .everybody) async throws -> [AuditRecord] {
    try await repository.auditRecords(AuditQuery(scope, limit: 1000)).records.reversed()
  }
}

let auditChecks: [ContractCheck] = [
  ContractCheck("a change has its record in its transaction, whether it is made or refused") {
    clinic in
    let made = clinic.entry("Messages/Send", by: clinic.amara, subject: "user:okafor")
    let refused = clinic.entry("Messages/Send", by: clinic.amara, subject: "user:nobody")
    let message = AppendMessage(destination: .direct(clinic.okafor), content: "secret text")
    let context = WriteContext(actor: clinic.amara, now: Clinic.time(5), audit: made)
    _ = try await clinic.repository.write(message, context)
    #expect(made.isRecorded)
    let nobody = try #require(UserID("nobody"))
    await #expect(throws: ChatError.notFound(.user)) {
      try await clinic.repository.write(
        AppendMessage(destination: .direct(nobody), content: "x"),
        WriteContext(actor: clinic.amara, now: Clinic.time(6), audit: refused)
      )
    }
    #expect(refused.isRecorded)
    let records = try await clinic.audit()
    #expect(records.map(\.index) == [1, 2])
    #expect(records.map(\.outcome) == ["OK", "NOT_FOUND"])
    #expect(records.map(\.call) == [made.call, refused.call])
    #expect(records.map(\.occurredAt) == [Clinic.time(5), Clinic.time(6)])
  },
  ContractCheck("a call that changes nothing has a record of its own, and each call has one only") {
    clinic in
    let read = clinic.entry("Messages/Get", by: clinic.amara)
    try await clinic.record(read, "NOT_FOUND")
    try await clinic.record(read, "OK")
    let twice = clinic.entry("Users/Put", by: clinic.okafor)
    for name in ["A", "B"] {
      _ = try await clinic.repository.write(
        PutUser(id: clinic.amara, displayName: name, role: .patient),
        WriteContext(actor: clinic.okafor, now: Clinic.time(1), audit: twice)
      )
    }
    #expect(try await clinic.audit().map(\.outcome) == ["NOT_FOUND", "OK"])
  },
  ContractCheck("a repetition under its key is a call of its own") { clinic in
    for _ in 0..<3 {
      let entry = clinic.entry("Messages/Send", by: clinic.amara)
      _ = try await clinic.repository.write(
        AppendMessage(destination: .direct(clinic.okafor), content: "x"),
        WriteContext(
          actor: clinic.amara,
          key: IdempotencyKey("k"),
          now: Clinic.time(1),
          audit: entry
        )
      )
    }
    #expect(try await clinic.audit().map(\.outcome) == ["OK", "OK", "OK"])
  },
  ContractCheck("the audit goes on where it was, and each record follows from the one before") {
    clinic in
    for number in 0..<5 { try await clinic.record(clinic.entry("A/\(number)", by: nil)) }
    try await clinic.reopen()
    for number in 5..<9 { try await clinic.record(clinic.entry("A/\(number)", by: nil)) }
    let records = try await clinic.audit()
    #expect(records.map(\.index) == Array(1...9))
    #expect(records.map(\.call.operation) == (0..<9).map { "A/\($0)" })
    #expect(Set(records.map(\.hash)).count == 9)
    #expect(records.allSatisfy { $0.hash.count == 32 })
  },
  ContractCheck("records are filtered, and read in pages that bound the work") { clinic in
    for number in 0..<100 {
      let user = number.isMultiple(of: 10) ? clinic.okafor : clinic.amara
      try await clinic.record(clinic.entry("A/B", by: user), at: number)
    }
    var query = AuditQuery(.everybody, limit: 4, scanMax: 25)
    query.user = clinic.okafor
    var found: [Int64] = []
    var pages = 0
    repeat {
      let page = try await clinic.repository.auditRecords(query)
      #expect(page.records.count <= 4)
      found += page.records.map(\.index)
      query.before = page.before
      pages += 1
    } while query.before != nil
    #expect(found == stride(from: 91, through: 1, by: -10).map { Int64($0) })
    #expect(pages == 4)
    query = AuditQuery(.everybody, limit: 1000)
    query.from = Clinic.time(20)
    query.until = Clinic.time(23)
    #expect(try await clinic.repository.auditRecords(query).records.map(\.index) == [23, 22, 21])
    query.outcome = "NOT_FOUND"
    #expect(try await clinic.repository.auditRecords(query).records.isEmpty)
  },
  ContractCheck("a user finds what others have asked of him and of his conversations") { clinic in
    let sent = try await clinic.send("x", from: clinic.amara, to: clinic.okafor)
    let other = try await clinic.send("y", from: clinic.okafor, to: clinic.lindqvist)
    let (his, foreign) = (sent.id.conversation, other.id.conversation)
    for (operation, user, subject) in [
      ("1", clinic.okafor, "conversation:\(his)"), ("2", clinic.okafor, "message:\(sent.id)"),
      ("3", clinic.lindqvist, "user:\(clinic.amara)"), ("4", clinic.amara, "message:\(sent.id)"),
      ("5", clinic.lindqvist, "conversation:\(foreign)"),
      ("6", clinic.lindqvist, "conversation:\(foreign) conversation:\(his)"),
      ("7", clinic.lindqvist, "user:\(clinic.amara)x"), ("8", clinic.lindqvist, ""),
    ] {
      try await clinic.record(clinic.entry(operation, by: user, subject: subject))
    }
    let acting = clinic.entry("9", by: clinic.amara)
    acting.change { $0.service = UserID("portal") }
    try await clinic.record(acting)
    let found = try await clinic.audit(.accessOf(clinic.amara)).map(\.call.operation)
    #expect(found == ["1", "2", "3", "6", "9"])
  },
  ContractCheck("who asks what others asked of him learns of nobody else") { clinic in
    let noah = try await clinic.enter("noah", .patient)
    let sent = try await clinic.send("x", from: clinic.amara, to: clinic.okafor)
    let other = try await clinic.send("y", from: clinic.okafor, to: noah)
    let news = try await clinic.group(clinic.okafor, [clinic.amara, noah], type: .broadcast)
    for (user, subject) in [
      (clinic.okafor, "user:\(noah) user:\(clinic.amara)"),
      (clinic.okafor, "message:\(sent.id) conversation:\(other.id.conversation)"),
      (noah, "conversation:\(news)"), (clinic.okafor, "conversation:\(news) user:\(noah)"),
    ] {
      try await clinic.record(clinic.entry("Some/Call", by: user, subject: subject))
    }
    let found = try await clinic.audit(.accessOf(clinic.amara)).map(\.call.subject)
    #expect(found == ["user:\(clinic.amara)", "message:\(sent.id)"])
    let staff = try await clinic.audit(.accessOf(clinic.lindqvist))
    #expect(staff.isEmpty)
  },
]
