import ChatModel
import ChatRepository
import GRDB

/// Runs a group of writes in one transaction, and tells of it when it is durable.
struct GroupCommit: Sendable {
  let onCommit: CommitListener
  let names: NameSource
  /// Is told how far a commit has got, by tests that end the process there; nil in a server.
  let reached: (@Sendable (Failpoint) -> Void)?
  private let memories = WriterMemoryShelf()

  init(
    onCommit: @escaping CommitListener,
    names: NameSource,
    reached: (@Sendable (Failpoint) -> Void)? = nil
  ) {
    self.onCommit = onCommit
    self.names = names
    self.reached = reached
  }

  /// Either all jobs are done or refused by a rule, and answered; or it throws, nothing of them is
  /// stored, and none is answered.
  func commit(_ jobs: ArraySlice<WriteJob>, _ db: Database) throws {
    var answers = AnswerGroups()
    let events: [Event]
    let memory = memories.take()
    reached?(.beforeBegin)
    try db.beginTransaction(.immediate)
    do {
      events = try perform(jobs, db, memory, &answers)
      reached?(.beforeCommit)
      try db.commit()
    } catch {
      // SQLite may have rolled back by itself.
      if db.isInsideTransaction { try? db.rollback() }
      throw error
    }
    memories.put(memory)
    reached?(.afterCommit)
    if !events.isEmpty { onCommit(events) }
    answers.deliver()
  }

  private func perform(
    _ jobs: ArraySlice<WriteJob>,
    _ db: Database,
    _ memory: WriterMemory,
    _ answers: inout AnswerGroups
  ) throws -> [Event] {
    guard let first = jobs.first else { return [] }
    let transaction = WriteTransaction(
      db,
      memory,
      for: first.context,
      names: names
    )
    for job in jobs {
      transaction.begin(job.context)
      answers.add(try run(job, transaction), on: job.executor)
    }
    reached?(.afterInsert)
    try transaction.flush()
    return transaction.events
  }

  private func run(_ job: WriteJob, _ transaction: WriteTransaction) throws -> Answer {
    do {
      return try job.perform(transaction)
    } catch let error as ChatError {
      return job.fail(error)
    }
  }
}
