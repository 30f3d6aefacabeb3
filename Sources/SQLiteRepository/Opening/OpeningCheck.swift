import GRDB

/// Looks for damage when a database is opened: everywhere in a small one, in a large one as far as a
/// start stays quick.
enum OpeningCheck {
  /// Tables with more rows are not looked through when the database is large.
  private static let rowsMax = 100_000
  /// So many events at the end of the log are looked at in any case: what was written last.
  private static let tailLength = 20_000

  /// - Throws: `RepositoryOpenError.damaged`.
  static func run(_ pool: DatabasePool, _ configuration: SQLiteConfiguration) throws {
    let path = configuration.databasePath
    let isSmall = DataFolder.size(of: path) <= configuration.fullCheckBytesMax
    let isSound = try pool.read { db in
      guard try db.tableExists("users") else { return true }
      guard try isSmall ? checkAll(db) : checkSmallTables(db) else { return false }
      return try checkTail(db, includingVersions: isSmall)
    }
    guard isSound else { throw RepositoryOpenError.damaged(path: path) }
  }

  private static func checkAll(_ db: Database) throws -> Bool {
    try String.fetchAll(db, sql: "PRAGMA integrity_check(1)") == ["ok"]
  }

  private static func checkSmallTables(_ db: Database) throws -> Bool {
    let tables = try String.fetchAll(
      db,
      sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    ).map(\.quotedDatabaseIdentifier)
    for table in tables {
      let count = try Int.fetchOne(
        db,
        sql: "SELECT count(*) FROM (SELECT 1 FROM \(table) LIMIT \(rowsMax + 1))"
      )
      guard let count, count <= rowsMax else { continue }
      let report = try String.fetchAll(db, sql: "PRAGMA quick_check(\(table))")
      guard report == ["ok"] else { return false }
    }
    return true
  }

  /// The log has no gaps, was written to this database, and what its end names is there and as old as
  /// it says.
  ///
  /// SQLite takes the write-ahead log of another database for its own. What comes of it may have
  /// sound pages, and tables that contradict each other.
  private static func checkTail(_ db: Database, includingVersions: Bool) throws -> Bool {
    let positions = try Int64.fetchAll(
      db,
      sql: "SELECT position FROM events ORDER BY position DESC LIMIT \(tailLength)"
    )
    guard let last = positions.first, let first = positions.last else { return true }
    guard last - first + 1 == Int64(positions.count) else { return false }
    return try belongsHere(db, from: first) && namesWhatIsThere(db, from: first)
      && isAsWritten(db, from: first, includingVersions)
  }

  /// What the newest messages say is what was written. All others are checked when they are read.
  private static func isAsWritten(
    _ db: Database,
    from first: Int64,
    _ includesVersions: Bool
  ) throws -> Bool {
    guard try db.columns(in: "chat_messages").contains(where: { $0.name == "checksum" }) else {
      return true
    }
    var check = MessageCheck(after: first - 1, includesVersions: includesVersions)
    while try check.goOn(on: db, atMost: tailLength) {}
    return check.report.isSound
  }

  /// What a database of before does not say yet is checked once it is brought up.
  private static func belongsHere(_ db: Database, from first: Int64) throws -> Bool {
    guard try db.columns(in: "events").contains(where: { $0.name == "instance" }) else {
      return true
    }
    let foreign = try Int.fetchOne(
      db,
      sql: """
        SELECT count(*) FROM events WHERE position >= ? AND instance IS NOT NULL
          AND instance IS NOT (SELECT instance FROM log)
        """,
      arguments: [first]
    )
    return foreign == 0
  }

  private static func namesWhatIsThere(_ db: Database, from first: Int64) throws -> Bool {
    let isByArrival = try db.columns(in: "chat_messages").contains { $0.name == "position" }
    let position = isByArrival ? "m.position" : "e.position"
    let lost = try Int.fetchOne(
      db,
      sql: """
        SELECT count(*) FROM events e LEFT JOIN chat_messages m
          ON m.conversation_id = e.conversation_id AND m.sequence = e.sequence
        WHERE e.position >= ? AND e.kind = 'message_created'
          AND (\(position) IS NOT e.position OR m.created_at IS NOT e.occurred_at)
        """,
      arguments: [first]
    )
    return lost == 0
  }
}
