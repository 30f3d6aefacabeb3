import ChatModel
import ChatRepository
import GRDB

/// Runs a group of writes in one transaction, and tells of it when it is durable.
struct GroupCommit: Sendable {
  let onCommit: CommitListener
  let names: NameSource
  private let memories = WriterMemoryShelf()

  init(onCommit: @escaping CommitListener, names: NameSource) {
    self.onCommit = onCommit
    self.names = names
  }

  /// Either all jobs are done or refused by a rule, and answered; or it throws, nothing of them is
  /// stored, and none is answered.
  func commit(_ jobs: ArraySlice<WriteJob>, _ db: Database) throws {
    var answers = AnswerGroups()
    let events: [Event]
    let memory = memories.take()
    try db.beginTransaction(.immediate)
    do {
      events = try perform(jobs, db, memory, &answers)
      try db.commit()
    } catch {
      // SQLite may have rolled back by itself.
      if db.isInsideTransaction { try? db.rollback() }
      throw error
    }
    memories.put(memory)
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
