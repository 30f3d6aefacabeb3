import ChatModel
import ChatRepository
import GRDB

/// What a group of writes does and leaves behind within its transaction.
struct WriteGroup {
  private let db: Database
  private let memory: WriterMemory
  private let names: NameSource
  /// Made for the first write that changes something.
  private var transaction: WriteTransaction?
  /// Made for the first call that is recorded.
  private var audit: AuditWriter?
  /// Calls whose records are in the transaction.
  private var taken: [AuditEntry] = []
  private(set) var answers = AnswerGroups()

  init(_ db: Database, _ memory: WriterMemory, _ names: NameSource) {
    self.db = db
    self.memory = memory
    self.names = names
  }

  var events: [Event] { transaction?.events ?? [] }

  mutating func run(_ job: WriteJob) throws {
    switch job.work {
    case .record(let record, let answer):
      try self.record(record.entry, record.outcome, at: record.time)
      answers.add(answer, on: job.executor)
    case .change(let context, let perform):
      let transaction = transaction(for: context)
      let (answer, outcome) = try Self.perform(perform, transaction, job)
      if let entry = context.audit { try record(entry, outcome, at: context.now) }
      answers.add(answer, on: job.executor)
    }
  }

  /// Does a change, unless a rule forbids it.
  private static func perform(
    _ perform: WriteJob.Perform,
    _ transaction: WriteTransaction,
    _ job: WriteJob
  ) throws -> (Answer, outcome: String) {
    do {
      return (try perform(transaction), "OK")
    } catch let error as ChatError {
      return (job.fail(error), error.statusName)
    }
  }

  private mutating func transaction(for context: WriteContext) -> WriteTransaction {
    if let transaction {
      transaction.begin(context)
      return transaction
    }
    let new = WriteTransaction(db, memory, for: context, names: names)
    transaction = new
    return new
  }

  private mutating func record(
    _ entry: AuditEntry,
    _ outcome: String,
    at time: Timestamp
  ) throws {
    guard let call = entry.take() else { return }
    taken.append(entry)
    var writer = try audit.take() ?? AuditWriter(db, memory)
    try writer.append(call, outcome: outcome, at: time)
    audit = writer
  }

  /// Writes what was put off until now. The last thing before the commit.
  func flush() throws { try transaction?.flush() }

  /// The transaction has ended.
  func settle(isRecorded: Bool) {
    for entry in taken { entry.settle(isRecorded: isRecorded) }
  }
}
