import GRDB

extension Database {
  /// Runs a query by a statement that is kept for the next time, and reads row after row until
  /// there is none or `read` returns false.
  func each(
    _ sql: String,
    _ arguments: StatementArguments,
    _ read: (inout StoredRow) throws -> Bool
  ) throws {
    let cursor = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
    while let row = try cursor.next() {
      var stored = StoredRow(row)
      guard try read(&stored) else { return }
    }
  }

  /// All rows of a query.
  func all<Element>(
    _ sql: String,
    _ arguments: StatementArguments,
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
    _ arguments: StatementArguments,
    _ read: (inout StoredRow) throws -> Element
  ) throws -> Element? {
    var element: Element?
    try each(sql, arguments) { row in
      element = try read(&row)
      return false
    }
    return element
  }

  /// Runs a statement that is kept for the next time.
  func run(_ sql: String, _ arguments: StatementArguments) throws {
    let statement = try cachedStatement(sql: sql)
    // Every statement of this module is run by the tests with the arguments it has here.
    statement.setUncheckedArguments(arguments)
    try statement.execute()
  }
}
