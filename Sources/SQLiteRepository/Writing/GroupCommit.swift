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
