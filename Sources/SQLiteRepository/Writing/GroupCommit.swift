import ChatModel
import ChatRepository
import GRDB
import Logging

/// Runs a group of writes in one transaction, and tells of it when it is durable.
struct GroupCommit: Sendable {
  let onCommit: CommitListener
  let names: NameSource
  /// Is told how far a commit has got, by tests that end the process there; nil in a server.
  let reached: (@Sendable (Failpoint) -> Void)?
  /// Where records of the audit go when the database has no room.
  let reserve: AuditReserve
  let logger: Logger
  let memories = WriterMemoryShelf()

  init(
    onCommit: @escaping CommitListener,
    names: NameSource,
    reserve: AuditReserve,
    reached: (@Sendable (Failpoint) -> Void)? = nil,
    logger: Logger
  ) {
    self.onCommit = onCommit
    self.names = names
    self.reserve = reserve
    self.logger = logger
    self.reached = reached
  }

  /// Either all jobs are done or refused by a rule, and answered; or it throws, nothing of them is
  /// stored, and none is answered.
  func commit(_ jobs: ArraySlice<WriteJob>, _ db: Database) throws {
    try emptyReserve(db)
    let memory = memories.take()
    var group = WriteGroup(db, memory, names)
    reached?(.beforeBegin)
    try db.beginTransaction(.immediate)
    do {
      for job in jobs { try group.run(job) }
      reached?(.afterInsert)
      try group.flush()
      reached?(.beforeCommit)
      try db.commit()
    } catch {
      // SQLite may have rolled back by itself.
      if db.isInsideTransaction { try? db.rollback() }
      group.settle(isRecorded: false)
      throw error
    }
    memories.put(memory)
    reached?(.afterCommit)
    group.settle(isRecorded: true)
    let events = group.events
    if !events.isEmpty { onCommit(events) }
    group.answers.deliver()
  }
}
