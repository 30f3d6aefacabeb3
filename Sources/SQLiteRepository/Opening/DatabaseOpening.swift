import GRDB

/// Opens the database of a repository: one connection that writes, and some that read.
enum DatabaseOpening {
  /// - Parameter log: the number of the event log, if the database is new.
  static func open(_ configuration: SQLiteConfiguration, log: UInt32) throws -> DatabasePool {
    let path = configuration.databasePath
    try DatabaseIdentity.check(path)
    return try explained(path) {
      let pool = try DatabasePool(path: path, configuration: connections(configuration))
      try pool.writeWithoutTransaction { try makeDurable($0) }
      try OpeningCheck.run(pool, configuration)
      try Migrations.migrator(log: log).migrate(pool)
      return pool
    }
  }

  /// Has what SQLite says while a file is opened told as what to do about it.
  ///
  /// - Throws: `RepositoryOpenError`.
  static func explained<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch is DamagedRow {
      throw RepositoryOpenError.damaged(path: path)
    } catch let error as DatabaseError {
      switch error.resultCode {
      case .SQLITE_NOTADB, .SQLITE_CORRUPT: throw RepositoryOpenError.damaged(path: path)
      default:
        throw RepositoryOpenError.inaccessible(
          path: path,
          reason: "SQLite says \(error.resultCode)"
        )
      }
    }
  }

  private static func connections(_ configuration: SQLiteConfiguration) -> Configuration {
    var connections = Configuration()
    connections.label = "wardline"
    connections.foreignKeysEnabled = true
    connections.busyMode = .timeout(5)
    connections.maximumReaderCount = configuration.readerCount
    connections.persistentReadOnlyConnections = true
    // A committed row must never be read from a mapping that the kernel may tear, and a schema
    // that somebody tampered with must not call functions.
    connections.prepareDatabase { db in
      let isReader = db.configuration.readonly
      let cache = isReader ? configuration.readerCacheKiB : configuration.writerCacheKiB
      try db.execute(
        sql: """
          PRAGMA trusted_schema = OFF;
          PRAGMA mmap_size = 0;
          PRAGMA cell_size_check = ON;
          PRAGMA cache_size = \(-cache);
          PRAGMA wal_autocheckpoint = \(isReader ? 0 : configuration.checkpointPages);
          PRAGMA journal_size_limit = \(configuration.logBytesMax);
          """
      )
    }
    return connections
  }

  /// Makes a commit wait for the disk.
  ///
  /// Only now: when it opens a pool, GRDB sets `synchronous` to NORMAL after `prepareDatabase` has
  /// run, and with NORMAL a power failure takes back commits that were answered.
  private static func makeDurable(_ db: Database) throws {
    try db.execute(sql: "PRAGMA synchronous = FULL")
    guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else {
      throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "synchronous is not FULL")
    }
  }
}
