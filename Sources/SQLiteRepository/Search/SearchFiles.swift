import ChatModel
import GRDB
import Logging

/// The file of the full-text index, which may be thrown away: it is made of the log.
struct SearchFiles: Sendable {
  /// What is in the file cannot be what was put there.
  struct Damage: Error {}

  let configuration: SQLiteConfiguration
  /// The log that the index follows.
  let log: UInt32

  /// Opens the file, or one made anew if it is no good.
  ///
  /// - Returns: and how far it is.
  func openSound(_ logger: Logger) throws -> (DatabasePool, indexed: EventPosition) {
    do {
      return try open()
    } catch {
      logger.warning("the search index is made anew")
      return try DatabaseOpening.explained(configuration.searchPath) { try remake() }
    }
  }

  func remake() throws -> (DatabasePool, indexed: EventPosition) {
    DataFolder.remove(configuration.searchPath)
    return try open()
  }

  private func open() throws -> (DatabasePool, indexed: EventPosition) {
    let pool = try SearchDatabase.open(configuration, log: log)
    let indexed = try pool.read { db in
      try db.first("SELECT position FROM progress", []) { try $0.position() }
    }
    return (pool, indexed ?? .zero)
  }

  /// Tells damage, which only a new file mends, from what passes by itself or needs somebody's help.
  static func noticingDamage<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as DatabaseError {
      switch error.resultCode {
      case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_CONSTRAINT: throw Damage()
      default: throw error
      }
    }
  }
}
