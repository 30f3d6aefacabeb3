import ChatModel
import ChatRepository
import GRDB
import Logging

extension GroupCommit {
  /// Records in one transaction, when they come back from the reserve.
  private static let homecoming = 256

  /// Brings records that went to the reserve into the audit, before anything else is recorded.
  ///
  /// - Throws: when there is still no room for all of them.
  func emptyReserve(_ db: Database) throws {
    guard reserve.waitingCount > 0 else { return }
    while try bringHome(db) {}
    reserve.clear()
    logger.notice("there is room on the disk again, and the audit has all its records")
  }

  /// - Returns: whether there may be more.
  private func bringHome(_ db: Database) throws -> Bool {
    let memory = memories.take()
    let head = try memory.auditHead ?? AuditHead.stored(in: db)
    memory.auditHead = head
    let due = reserve.due(after: head.index, atMost: Self.homecoming)
    if !due.isEmpty {
      try db.inTransaction(.immediate) {
        var writer = try AuditWriter(db, memory)
        for record in due {
          let time = Timestamp(milliseconds: record.milliseconds)
          try writer.append(record.call, outcome: record.outcome, at: time)
        }
        return .commit
      }
    }
    // A memory that met a failure is not used again.
    memories.put(memory)
    return !due.isEmpty
  }

  /// Writes records of calls that change nothing where there is still room.
  ///
  /// - Throws: when there is none there either; then they are not written.
  func reserve(_ records: [WriteJob.Record], _ db: Database) throws {
    let head = try AuditHead.stored(in: db).index
    let isFirst = reserve.waitingCount == 0
    var taken: [AuditEntry] = []
    var kept: [ReservedRecord] = []
    for record in records {
      guard let call = record.entry.take() else { continue }
      taken.append(record.entry)
      kept.append(ReservedRecord(call, outcome: record.outcome, at: record.time))
    }
    do {
      if !kept.isEmpty { try reserve.keep(kept, after: head) }
      for entry in taken { entry.settle(isRecorded: true) }
    } catch {
      for entry in taken { entry.settle(isRecorded: false) }
      throw error
    }
    if isFirst { logger.error("the disk is full: records of the audit go to their reserve") }
  }
}
