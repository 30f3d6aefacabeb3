import ChatModel
import ChatRepository
import GRDB

@testable import SQLiteRepository

/// Looks at a repository that was opened again, and at what it had answered before.
struct WardInspection {
  let ward: StoredWard
  let ledger: WriteLedger

  /// A line for each promise that is broken.
  func problems(in repository: SQLiteRepository) async throws -> [String] {
    var problems = try await lost(in: repository)
    problems += try await repeated(in: repository)
    problems += try await disorder(in: repository)
    return problems.count > 6 ? problems.prefix(6) + ["and \(problems.count - 6) more"] : problems
  }

  /// What was answered is answered the same again, and nothing is done for it a second time: that
  /// would be an event, or a time of now.
  private func lost(in repository: SQLiteRepository) async throws -> [String] {
    let head = try await repository.logHead()
    var problems: [String] = []
    for entry in ledger.answered {
      do {
        let again = try await entry.write.perform(on: repository, at: ledger.later)
        if again != entry.answer { problems.append("\(entry.write.key): answered otherwise") }
      } catch {
        problems.append("\(entry.write.key): answered, and now \(error)")
      }
    }
    if try await repository.logHead() != head { problems.append("something was answered and lost") }
    return problems
  }

  /// What was not answered may have been done or not. Asked for again it is done once.
  private func repeated(in repository: SQLiteRepository) async throws -> [String] {
    var problems: [String] = []
    for entry in ledger.entries where entry.answer == nil {
      let first = try await entry.write.perform(on: repository, at: ledger.later)
      let second = try await entry.write.perform(on: repository, at: ledger.later)
      if first != second { problems.append("\(entry.write.key): repeated, answered otherwise") }
    }
    return problems
  }

  /// Sequences and positions are 1, 2, 3 and so on, every message is there once, and SQLite finds
  /// its file whole.
  private func disorder(in repository: SQLiteRepository) async throws -> [String] {
    var problems = try await repository.pool.read { db in
      var problems = try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
      if try Row.fetchOne(db, sql: "PRAGMA foreign_key_check") != nil {
        problems.append("a row refers to nothing")
      }
      let positions = try Int64.fetchAll(db, sql: "SELECT position FROM events ORDER BY position")
      if positions != positions.indices.map({ Int64($0) + 1 }) {
        problems.append("the log has holes")
      }
      return problems
    }
    let messages = try await repository.messages(
      of: ward.conversation,
      in: MessageRange(limit: 1_000_000, byteLimit: .max),
      visibleTo: nil
    ).items
    if messages.map(\.sequence.rawValue) != messages.indices.map({ Int64($0) + 1 }) {
      problems.append("the conversation has holes")
    }
    let sent = ledger.entries.compactMap(\.write.content)
    if messages.count != sent.count {
      problems.append("\(messages.count) messages are stored, \(sent.count) were sent")
    }
    return problems
  }
}
