import ChatModel
import GRDB

/// The last record of the audit.
struct AuditHead {
  var index: Int64
  var hash: [UInt8]

  /// Of an audit without records.
  static let start = AuditHead(index: 0, hash: AuditHasher.start)

  static func stored(in db: Database) throws -> AuditHead {
    try db.first(
      "SELECT record_index, hash FROM audit ORDER BY record_index DESC LIMIT 1",
      []
    ) { AuditHead(index: try $0.int64(), hash: try $0.bytes()) } ?? start
  }
}

/// Appends records to the audit, in one transaction.
struct AuditWriter {
  private let db: Database
  private let memory: WriterMemory
  private let insert: BoundStatement
  private var hasher = AuditHasher()

  init(_ db: Database, _ memory: WriterMemory) throws {
    self.db = db
    self.memory = memory
    insert = try BoundStatement(
      """
      INSERT INTO audit (record_index, occurred_at, operation, user_id, service_id, role, subject,
        outcome, origin, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      db
    )
  }

  mutating func append(_ call: AuditedCall, outcome: String, at time: Timestamp) throws {
    var head = try memory.auditHead.take() ?? AuditHead.stored(in: db)
    head.index += 1
    hasher.begin(after: head.hash, index: head.index, milliseconds: time.milliseconds)
    hasher.append(call.operation)
    hasher.append(call.user?.rawValue ?? "")
    hasher.append(call.service?.rawValue ?? "")
    hasher.append(call.role?.rawValue ?? "")
    hasher.append(call.subject)
    hasher.append(outcome)
    hasher.append(call.origin)
    hasher.finish(into: &head.hash)
    insert.bind(head.index, at: 1)
    insert.bind(time.milliseconds, at: 2)
    insert.bind(head.hash, at: 10)
    // What was hashed is what is stored, from where it lies.
    try hasher.withTexts { texts, bytes in
      for (column, text) in zip(Int32(3)..., texts) {
        insert.bindBorrowed(UnsafeRawBufferPointer(rebasing: bytes[text]), at: column)
      }
      try insert.run(db)
    }
    memory.auditHead = head
  }
}
