import GRDB

/// Looks at everything in a database file: its structure, and that each message and each earlier
/// version of one is as it was written. It works beside a server that writes to the file.
///
/// The audit has a verifier of its own, `AuditVerifier`.
public struct DatabaseVerifier: Sendable {
  /// Damaged rows that a report names.
  public static let damagedMax = 20

  private let path: String
  /// Rows that are read in one go, so that a server beside can move its log into the database.
  private let chunk: Int

  /// - Parameter path: the database, such as `wardline.sqlite` of a data folder, or a backup of it.
  public init(path: String, chunk: Int = 100_000) {
    self.path = path
    self.chunk = max(1, chunk)
  }

  /// The verifier of the database of a data folder.
  public init(folder: String, chunk: Int = 100_000) {
    self.init(path: SQLiteConfiguration(folder: folder).databasePath, chunk: chunk)
  }

  /// Reads all of it. Blocks.
  ///
  /// - Throws: `RepositoryOpenError` for a file that is no database of this program, or is of another
  ///   version than it knows.
  public func verify() throws -> DatabaseReport {
    try DatabaseIdentity.check(path)
    return try DatabaseOpening.explained(path) {
      var configuration = Configuration()
      configuration.readonly = true
      configuration.busyMode = .timeout(5)
      // The file may come from anywhere: nothing in its schema is to be run.
      configuration.prepareDatabase { db in
        try db.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
      }
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      defer { try? queue.close() }
      let version = try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } ?? 0
      guard version == Migrations.version else {
        throw RepositoryOpenError.inaccessible(
          path: path,
          reason: "it has version \(version) of the tables; start the server on it once"
        )
      }
      var check = MessageCheck()
      while try queue.read({ try check.goOn(on: $0, atMost: chunk) }) {}
      var report = check.report
      report.structure = try queue.read { try Self.structure($0) }
      return report
    }
  }

  private static func structure(_ db: Database) throws -> [String] {
    let lines = try String.fetchAll(db, sql: "PRAGMA integrity_check(\(damagedMax))")
    return lines == ["ok"] ? [] : lines
  }
}
