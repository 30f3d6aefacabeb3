import ChatModel
import ChatRepository
import GRDB

/// Runs a group of writes in one transaction, and tells of it when it is durable.
struct GroupCommit: Sendable {
  let onCommit: CommitListener
  let makeConversationID: @Sendable (Timestamp) -> ConversationID
  /// Is told how far a commit has got, by tests that end the process there; nil in a server.
  let reached: (@Sendable (Failpoint) -> Void)?

  /// Either all jobs are done or refused by a rule, and answered; or it throws, nothing of them is
  /// stored, and none is answered.
  func commit(_ jobs: ArraySlice<WriteJob>, _ db: Database) throws {
    var answers = AnswerGroups()
    let events: [Event]
    reached?(.beforeBegin)
    try db.beginTransaction(.immediate)
    do {
      events = try perform(jobs, db, &answers)
      reached?(.beforeCommit)
      try db.commit()
    } catch {
      // SQLite may have rolled back by itself.
      if db.isInsideTransaction { try? db.rollback() }
      throw error
    }
    reached?(.afterCommit)
    if !events.isEmpty { onCommit(events) }
    answers.deliver()
  }

  private func perform(
    _ jobs: ArraySlice<WriteJob>,
    _ db: Database,
    _ answers: inout AnswerGroups
  ) throws -> [Event] {
    guard let first = jobs.first else { return [] }
    let transaction = WriteTransaction(
      db,
      for: first.context,
      makeConversationID: makeConversationID
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
