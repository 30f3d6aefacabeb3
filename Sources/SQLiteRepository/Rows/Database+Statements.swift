import GRDB
import GRDBSQLite

// Statements are prepared and kept by GRDB, and run through SQLite's own interface: GRDB's rows and
// arguments are boxes, which took more time than the queries of a page of messages.
extension Database {
  /// Runs a query by a statement that is kept for the next time, and reads row after row until
  /// there is none or `read` returns false.
  func each(
    _ sql: String,
    _ arguments: [any StoredValue],
    _ read: (inout StoredRow) throws -> Bool
  ) throws {
    let handle = try idleStatement(sql).sqliteStatement
    // It must not keep the snapshot of the database, nor the arguments, until it is used again.
    defer { sqlite3_reset(handle) }
    bind(arguments, to: handle)
    while try step(handle) {
      var row = StoredRow(handle)
      guard try read(&row) else { return }
    }
  }

  /// All rows of a query.
  func all<Element>(
    _ sql: String,
    _ arguments: [any StoredValue],
    _ read: (inout StoredRow) throws -> Element
  ) throws -> [Element] {
    var elements: [Element] = []
    try each(sql, arguments) { row in
      elements.append(try read(&row))
      return true
    }
    return elements
  }

  /// The first row of a query, if there is one.
  func first<Element>(
    _ sql: String,
    _ arguments: [any StoredValue],
    _ read: (inout StoredRow) throws -> Element
  ) throws -> Element? {
    var element: Element?
    try each(sql, arguments) { row in
      element = try read(&row)
      return false
    }
    return element
  }

  /// Runs a statement that is kept for the next time and returns no rows.
  func run(_ sql: String, _ arguments: [any StoredValue]) throws {
    try each(sql, arguments) { _ in true }
  }

  /// A query within a query may be the same one.
  private func idleStatement(_ sql: String) throws -> Statement {
    let kept = try cachedStatement(sql: sql)
    return sqlite3_stmt_busy(kept.sqliteStatement) == 0 ? kept : try makeStatement(sql: sql)
  }

  private func bind(_ arguments: [any StoredValue], to handle: SQLiteStatement) {
    var index: Int32 = 0
    for argument in arguments {
      index += 1
      argument.bind(to: handle, at: index)
    }
  }

  /// - Returns: whether there is a row.
  private func step(_ handle: SQLiteStatement) throws -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case SQLITE_INTERRUPT: throw CancellationError()
    case let result:
      throw DatabaseError(resultCode: ResultCode(rawValue: result), message: lastErrorMessage)
    }
  }
}
