import Foundation
import GRDB
import GRDBSQLite

/// A kept statement that is run through SQLite's own interface.
///
/// For the few statements that every message runs: GRDB boxes each argument and clears each
/// statement, which took half of a writer's time. All others go through GRDB.
struct BoundStatement {
  private let statement: Statement
  private let handle: SQLiteStatement

  init(_ sql: String, _ db: Database) throws {
    statement = try db.cachedStatement(sql: sql)
    handle = statement.sqliteStatement
  }

  /// Binds an integer to the parameter with that number, from 1.
  func bind(_ value: Int64, at index: Int32) {
    sqlite3_bind_int64(handle, index, value)
  }

  /// Binds text to the parameter with that number, from 1; nil is NULL.
  func bind(_ text: String?, at index: Int32) {
    guard let text else {
      sqlite3_bind_null(handle, index)
      return
    }
    // SQLITE_TRANSIENT: SQLite makes a copy of its own.
    let copy = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    sqlite3_bind_text(handle, index, text, Int32(text.utf8.count), copy)
  }

  /// Binds text in UTF-8 without a copy: it must lie there until the statement has run.
  func bindBorrowed(_ text: UnsafeRawBufferPointer, at index: Int32) {
    // SQLITE_STATIC. An empty text has an address too: NULL would be no text.
    guard let start = text.baseAddress?.assumingMemoryBound(to: CChar.self) else {
      return bind("", at: index)
    }
    sqlite3_bind_text(handle, index, start, Int32(text.count), nil)
  }

  /// Binds bytes to the parameter with that number, from 1.
  func bind(_ data: Data, at index: Int32) {
    let copy = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    data.withUnsafeBytes { bytes in
      _ = sqlite3_bind_blob(handle, index, bytes.baseAddress, Int32(bytes.count), copy)
    }
  }

  /// Binds an integer, or NULL.
  func bind(_ value: Int64?, at index: Int32) {
    if let value { bind(value, at: index) } else { sqlite3_bind_null(handle, index) }
  }

  /// Binds bytes to the parameter with that number, from 1.
  func bind(_ bytes: [UInt8], at index: Int32) {
    let copy = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    bytes.withUnsafeBytes {
      _ = sqlite3_bind_blob(handle, index, $0.baseAddress, Int32($0.count), copy)
    }
  }

  /// Runs the statement, which returns no rows.
  ///
  /// - Returns: how many rows it changed.
  /// - Throws: `DatabaseError`.
  @discardableResult
  func run(_ db: Database) throws -> Int {
    let result = sqlite3_step(handle)
    sqlite3_reset(handle)
    guard result == SQLITE_DONE else {
      throw DatabaseError(resultCode: ResultCode(rawValue: result), message: db.lastErrorMessage)
    }
    return db.changesCount
  }
}
