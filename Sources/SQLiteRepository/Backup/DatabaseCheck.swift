import Foundation
import GRDB

/// Looks at everything in the database of a backup.
enum DatabaseCheck {
  /// - Returns: what it holds.
  /// - Throws: `BackupError` if it is damaged or no database of ours.
  static func run(_ path: String) throws -> DatabaseContent {
    let file = SQLiteConfiguration.databaseName
    guard DataFolder.size(of: path) > 0 else {
      throw BackupError.damaged(file: file, why: "is empty")
    }
    do {
      try DatabaseIdentity.check(path)
      var configuration = Configuration()
      configuration.readonly = true
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      defer { try? queue.close() }
      return try queue.read { try check($0) }
    } catch let error as RepositoryOpenError {
      switch error {
      case .newerSchema: throw error
      default: throw BackupError.damaged(file: file, why: "is no database of this program")
      }
    } catch let error as DatabaseError {
      throw BackupError.damaged(file: file, why: "SQLite says \(error.resultCode)")
    } catch is DamagedRow {
      throw BackupError.damaged(file: file, why: "holds what nobody can have written")
    }
  }

  private static func check(_ db: Database) throws -> DatabaseContent {
    let file = SQLiteConfiguration.databaseName
    guard try String.fetchAll(db, sql: "PRAGMA integrity_check(1)") == ["ok"] else {
      throw BackupError.damaged(file: file, why: "fails SQLite's integrity check")
    }
    guard try Row.fetchOne(db, sql: "PRAGMA foreign_key_check") == nil else {
      throw BackupError.damaged(file: file, why: "has rows that refer to nothing")
    }
    try checkMessages(db)
    let gaps = try Int.fetchOne(
      db,
      sql: "SELECT ifnull(max(position) - min(position) + 1 - count(*), 0) FROM events"
    )
    guard gaps == 0 else {
      throw BackupError.damaged(file: file, why: "has a log with gaps")
    }
    return try DatabaseContent(db)
  }

  private static func checkMessages(_ db: Database) throws {
    // A backup of before has no checksums; they are computed when it is restored and opened.
    guard try db.columns(in: "chat_messages").contains(where: { $0.name == "checksum" }) else {
      return
    }
    var check = MessageCheck()
    while try check.goOn(on: db, atMost: 100_000) {}
    guard let damaged = check.report.damaged.first else { return }
    throw BackupError.damaged(
      file: SQLiteConfiguration.databaseName,
      why: "holds a row that changed: \(damaged)"
    )
  }
}
