import Foundation
import GRDB
import GRDBSQLite

/// What can stand in for a question mark of a statement.
protocol StoredValue {
  /// Binds it to the parameter with that number, from 1. SQLite keeps a copy.
  func bind(to statement: SQLiteStatement, at index: Int32)
}

/// SQLITE_TRANSIENT, which C makes of a number.
private var transient: sqlite3_destructor_type {
  unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}

extension Int64: StoredValue {
  func bind(to statement: SQLiteStatement, at index: Int32) {
    sqlite3_bind_int64(statement, index, self)
  }
}

extension Int: StoredValue {
  func bind(to statement: SQLiteStatement, at index: Int32) {
    sqlite3_bind_int64(statement, index, Int64(self))
  }
}

extension Bool: StoredValue {
  func bind(to statement: SQLiteStatement, at index: Int32) {
    sqlite3_bind_int64(statement, index, self ? 1 : 0)
  }
}

extension String: StoredValue {
  func bind(to statement: SQLiteStatement, at index: Int32) {
    sqlite3_bind_text(statement, index, self, Int32(utf8.count), transient)
  }
}

extension Data: StoredValue {
  func bind(to statement: SQLiteStatement, at index: Int32) {
    withUnsafeBytes { bytes in
      // Without an address it would be NULL.
      if let start = bytes.baseAddress {
        _ = sqlite3_bind_blob(statement, index, start, Int32(bytes.count), transient)
      } else {
        sqlite3_bind_zeroblob(statement, index, 0)
      }
    }
  }
}

extension Optional: StoredValue where Wrapped: StoredValue {
  func bind(to statement: SQLiteStatement, at index: Int32) {
    if let self { self.bind(to: statement, at: index) } else { sqlite3_bind_null(statement, index) }
  }
}
