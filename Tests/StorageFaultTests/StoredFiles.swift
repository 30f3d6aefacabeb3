import Foundation

/// The bytes of a database and of its write-ahead log.
struct StoredFiles: Sendable {
  var database: Data
  var log: Data?

  init(in folder: String) throws {
    database = try Data(contentsOf: URL(filePath: folder + "/wardline.sqlite"))
    log = try? Data(contentsOf: URL(filePath: folder + "/wardline.sqlite-wal"))
  }

  func write(to folder: String) throws {
    try database.write(to: URL(filePath: folder + "/wardline.sqlite"))
    try log?.write(to: URL(filePath: folder + "/wardline.sqlite-wal"))
  }
}
