import Foundation
import GRDB
import GRDBSQLite

/// Checks the chain of an audit by itself, from a database file, also beside the server that writes
/// to it.
public struct AuditVerifier: Sendable {
  /// Why the audit could not be checked at all.
  public enum Failure: Error, Hashable, Sendable {
    case unreadable(path: String, reason: String)
    /// The file is no database of this program, or is older than the audit.
    case noAudit(path: String)
  }

  private let path: String
  /// Records that are read in one go, so that a server beside can move its log into the database.
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

  /// Reads every record and computes its hash again. Blocks.
  ///
  /// - Parameter expected: a head that was noted before: that record must be there with that hash.
  ///   A chain alone cannot show that its end was cut off.
  /// - Throws: `Failure`.
  public func verify(expecting expected: (index: Int64, hash: [UInt8])? = nil) throws -> AuditReport
  {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      defer { try? queue.close() }
      guard try queue.read({ try $0.tableExists("audit") }) else {
        throw Failure.noAudit(path: path)
      }
      var walk = AuditWalk(expected: expected)
      while try queue.read({ try walk.go(on: $0, atMost: chunk) }) {}
      return walk.report
    } catch let error as DatabaseError {
      throw Failure.unreadable(path: path, reason: "SQLite says \(error.extendedResultCode)")
    }
  }
}

extension AuditVerifier.Failure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
    case .noAudit(let path): "\(path) holds no audit: give the database of a data folder"
    }
  }
}

/// A walk through the records, in the order of their indices.
private struct AuditWalk {
  private let expected: (index: Int64, hash: [UInt8])?
  private var hasher = AuditHasher()
  private var count: Int64 = 0
  private var head = AuditHasher.start
  /// Of the record that is being checked.
  private var hash: [UInt8] = []
  private var fault: AuditReport.Fault?
  private var isFirst = true

  init(expected: (index: Int64, hash: [UInt8])?) {
    self.expected = expected
  }

  var report: AuditReport {
    var fault = fault
    if fault == nil, let expected, expected.index > count {
      fault = AuditReport.Fault(index: count + 1, kind: .missing)
    }
    return AuditReport(count: count, head: head, fault: fault)
  }

  /// Checks the next records.
  ///
  /// - Returns: whether there may be more.
  mutating func go(on db: Database, atMost limit: Int) throws -> Bool {
    // A record with an index below 1 is one too many, so the first look is for those too.
    let statement = try db.cachedStatement(
      sql: """
        SELECT record_index, occurred_at, operation, user_id, service_id, role, subject, outcome,
          origin, hash FROM audit WHERE record_index > ? ORDER BY record_index LIMIT ?
        """
    )
    statement.setUncheckedArguments([isFirst ? Int64.min : count, limit])
    isFirst = false
    let handle = statement.sqliteStatement
    defer { sqlite3_reset(handle) }
    for _ in 0..<limit {
      let result = sqlite3_step(handle)
      if result == SQLITE_DONE { return false }
      guard result == SQLITE_ROW else {
        throw DatabaseError(resultCode: ResultCode(rawValue: result))
      }
      guard check(handle) else { return false }
    }
    return true
  }

  private mutating func check(_ row: SQLiteStatement) -> Bool {
    let index = sqlite3_column_int64(row, 0)
    guard index == count + 1 else {
      fault = AuditReport.Fault(
        index: index < 1 ? index : count + 1,
        kind: index < 1 ? .altered : .missing
      )
      return false
    }
    hasher.begin(after: head, index: index, milliseconds: sqlite3_column_int64(row, 1))
    for column in 2..<9 { hasher.append(Self.bytes(of: row, Int32(column))) }
    hasher.finish(into: &hash)
    let isExpected = expected.map { $0.index != index || $0.hash == hash } ?? true
    guard Self.equal(hash, Self.bytes(of: row, 9)), isExpected else {
      fault = AuditReport.Fault(index: index, kind: .altered)
      return false
    }
    count = index
    swap(&head, &hash)
    return true
  }

  private static func equal(_ hash: [UInt8], _ stored: UnsafeRawBufferPointer) -> Bool {
    hash.withUnsafeBytes { $0.elementsEqual(stored) }
  }

  /// Valid until the statement goes on.
  private static func bytes(of row: SQLiteStatement, _ column: Int32) -> UnsafeRawBufferPointer {
    let start = sqlite3_column_blob(row, column)
    return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(row, column)))
  }
}
