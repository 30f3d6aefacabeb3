import ChatModel
import ChatRepository
import GRDB

/// Runs a group of writes in one transaction, and tells of it when it is durable.
struct GroupCommit: Sendable {
  let onCommit: CommitListener
  let makeConversationID: @Sendable (Timestamp) -> ConversationID
  private let memories = WriterMemoryShelf()

  init(
    onCommit: @escaping CommitListener,
    makeConversationID: @escaping @Sendable (Timestamp) -> ConversationID
  ) {
    self.onCommit = onCommit
    self.makeConversationID = makeConversationID
  }

  /// Either all jobs are done or refused by a rule, and answered; or it throws, nothing of them is
  /// stored, and none is answered.
  func commit(_ jobs: ArraySlice<WriteJob>, _ db: Database) throws {
    let memory = memories.take()
    var group = WriteGroup(db, memory, makeConversationID: makeConversationID)
    try db.beginTransaction(.immediate)
    do {
      for job in jobs { try group.run(job) }
      try group.flush()
      try db.commit()
    } catch {
      // SQLite may have rolled back by itself.
      if db.isInsideTransaction { try? db.rollback() }
      group.settle(isRecorded: false)
      throw error
    }
    memories.put(memory)
    group.settle(isRecorded: true)
    let events = group.events
    if !events.isEmpty { onCommit(events) }
    group.answers.deliver()
  }
}
