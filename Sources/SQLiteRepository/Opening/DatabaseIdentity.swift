import GRDB

/// What tells a database of ours from others, and its version from other versions.
enum DatabaseIdentity {
  /// "WLCH" in ASCII; stands in the header of the file.
  static let applicationID: Int64 = 0x574C_4348

  /// Looks at an existing file before anything of it is changed.
  static func check(_ path: String) throws {
    guard DataFolder.size(of: path) > 0 else { return }
    do {
      do {
        try check(path, isReadOnly: true)
      } catch let error as DatabaseError
        where error.extendedResultCode == .SQLITE_READONLY_ROLLBACK
      {
        // Killed in its first transaction, when there was no write-ahead log yet: what it changed has
        // to be taken back before anything can be read, and SQLite does so.
        try check(path, isReadOnly: false)
      }
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

  private static func check(_ path: String, isReadOnly: Bool) throws {
    var configuration = Configuration()
    configuration.readonly = isReadOnly
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    defer { try? queue.close() }
    try queue.read { try check($0, path: path) }
  }

  private static func check(_ db: Database, path: String) throws {
    let application = try Int64.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    // The list of migrations is made before the first of them: a server that was killed in between
    // has left nothing else.
    let isEmpty =
      try Int.fetchOne(
        db,
        sql: "SELECT count(*) FROM sqlite_schema WHERE tbl_name <> 'grdb_migrations'"
      ) == 0
    if application != applicationID {
      // A file that nobody has used yet is as good as none.
      guard application == 0, version == 0, isEmpty else {
        throw RepositoryOpenError.foreignDatabase(path: path)
      }
      return
    }
    let isSuperseded = try Migrations.migrator(log: 0).hasBeenSuperseded(db)
    guard version <= Migrations.version, !isSuperseded else {
      throw RepositoryOpenError.newerSchema(
        path: path,
        found: version,
        supported: Migrations.version
      )
    }
  }
}
