import GRDB

/// Every event says which database it was written to, so that the write-ahead log of another one, which
/// SQLite would take for its own, is noticed when the database is opened.
///
/// The number of the event log is no such name: a restored database has a new one.
enum Migration010 {
  /// - Parameter instance: a number of this database, at random.
  static func run(_ db: Database, instance: UInt32) throws {
    try db.execute(
      sql: """
        ALTER TABLE log ADD COLUMN instance INTEGER;
        -- NULL in those that were written before there was one.
        ALTER TABLE events ADD COLUMN instance INTEGER;
        """
    )
    try db.execute(sql: "UPDATE log SET instance = ?", arguments: [Int64(instance)])
  }
}
