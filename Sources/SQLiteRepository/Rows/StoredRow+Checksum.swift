import GRDBSQLite

extension StoredRow {
  /// The integer in a column, of which the first is 0.
  func int64(at index: Int32) throws -> Int64 {
    guard sqlite3_column_type(statement, index) == SQLITE_INTEGER else { throw DamagedRow() }
    return sqlite3_column_int64(statement, index)
  }

  /// The checksum of so many columns, whatever they mean.
  ///
  /// - Throws: `DamagedRow` for what no column of such a row holds.
  func checksum(ofFirst count: Int32) throws -> Int64 {
    var checksum = RowChecksum()
    for index in 0..<count {
      switch sqlite3_column_type(statement, index) {
      case SQLITE_INTEGER: checksum.append(sqlite3_column_int64(statement, index))
      case SQLITE_TEXT:
        guard let start = sqlite3_column_text(statement, index) else { throw DamagedRow() }
        let count = Int(sqlite3_column_bytes(statement, index))
        checksum.append(UnsafeRawBufferPointer(start: start, count: count))
      case SQLITE_NULL: checksum.appendNull()
      default: throw DamagedRow()
      }
    }
    return checksum.value
  }
}
