import ChatModel
import ChatRepository
import GRDB

/// What a database holds, in numbers: two with equal ones, of one server, hold the same.
struct DatabaseContent: Hashable, Codable {
  var schemaVersion: Int
  /// The name of the log, and the position of its newest event.
  var log: UInt32
  var position: EventPosition
  /// Rows by table.
  var rows: [String: Int]

  var head: LogHead { LogHead(log: LogID(rawValue: log), position: position) }

  init(_ db: Database) throws {
    schemaVersion = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    let head = try Snapshot(db: db).logHead()
    log = head.log.rawValue
    position = head.position
    let tables = try String.fetchAll(
      db,
      sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    )
    rows = [:]
    for table in tables {
      rows[table] = try Int.fetchOne(
        db,
        sql: "SELECT count(*) FROM \(table.quotedDatabaseIdentifier)"
      )
    }
  }
}
