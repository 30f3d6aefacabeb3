import ChatModel
import ChatRepository
import Foundation
import GRDB

@testable import SQLiteRepository

/// A ward with some history, as its files are while a server runs and after it has closed, and what
/// they hold.
struct SoundWard {
  let conversation: ConversationID
  /// With a log that is not in the database yet.
  let live: StoredFiles
  let closed: StoredFiles
  private let rows: [String: [String]]
  /// Whatever any message has said at any time. A deleted one says nothing.
  private let texts: Set<String>

  init() async throws {
    let ward = try await StoredWard(isUnique: true)
    conversation = ward.conversation
    let ledger = try WriteLedger()
    let load = WriteLoad(ward: ward, ledger: ledger, laneCount: 3, roundsMax: 12)
    let first = try ward.open()
    await load.run(on: first)
    await first.close()
    let repository = try ward.open()
    let more = WriteLoad(
      ward: ward,
      ledger: ledger,
      laneCount: 3,
      roundsMax: 12,
      name: "second load"
    )
    await more.run(on: repository)
    live = try StoredFiles(in: ward.folder)
    rows = try await repository.pool.read { try Self.rows($0) }
    texts = Set(ledger.entries.compactMap { $0.write.text } + [""])
    await repository.close()
    closed = try StoredFiles(in: ward.folder)
  }

  /// What comes of files that hold this ward, damaged.
  func outcome(of files: StoredFiles) async throws -> DamageTests.Outcome {
    let ward = StoredWard(try StoredWard.makeFolder(), conversation)
    try files.write(to: ward.folder)
    let repository: SQLiteRepository
    do {
      repository = try ward.open()
    } catch is RepositoryOpenError {
      return .refused
    }
    let outcome = await read(ward, repository)
    await repository.close()
    return outcome
  }

  private func read(_ ward: StoredWard, _ repository: SQLiteRepository) async -> DamageTests.Outcome
  {
    do {
      let range = MessageRange(limit: 10_000, byteLimit: .max)
      _ = try await repository.messages(of: ward.conversation, in: range, visibleTo: nil)
      for user in StoredWard.users {
        _ = try await repository.events(EventQuery(after: .zero, user: user))
        _ = try await repository.conversations(of: user, before: nil, limit: 50)
      }
      let found = try await repository.pool.read { try (Self.rows($0), Self.texts($0)) }
      return found.1.isSubset(of: texts) ? compare(found.0) : .wrongMessages
    } catch {
      // What SQLite itself finds damaged, a server answers as data loss.
      return .dataLoss
    }
  }

  /// Rows that only grow must be the first ones of those that were written.
  private func compare(_ found: [String: [String]]) -> DamageTests.Outcome {
    var outcome = DamageTests.Outcome.whole
    for (table, expected) in rows {
      let rows = found[table] ?? []
      if rows == Array(expected.prefix(rows.count)) { continue }
      // The number of a row stands before its values.
      let numbers = rows.map { $0.prefix { $0 != "|" } }
      guard numbers == expected.prefix(rows.count).map({ $0.prefix { $0 != "|" } }) else {
        return .wrongRows
      }
      if table == "messages" { return .wrongMessages }
      outcome = .wrongValues
    }
    return outcome
  }

  private static func rows(_ db: Database) throws -> [String: [String]] {
    var found: [String: [String]] = [:]
    found["events"] = try String.fetchAll(
      db,
      sql: """
        SELECT position || '|' || kind || ' ' || ifnull(sequence, '') || ' ' || occurred_at
        FROM events ORDER BY position
        """
    )
    found["messages"] = try String.fetchAll(
      db,
      sql: """
        SELECT sequence || '|' || sender_id || ' ' || created_at FROM chat_messages ORDER BY sequence
        """
    )
    found["users"] = try String.fetchAll(
      db,
      sql: "SELECT user_id || '|' || display_name || ' ' || role FROM users ORDER BY user_id"
    )
    return found
  }

  private static func texts(_ db: Database) throws -> Set<String> {
    try String.fetchSet(
      db,
      sql: """
        SELECT content FROM chat_messages UNION SELECT content FROM message_versions
        """
    )
  }
}
