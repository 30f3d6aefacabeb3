import ChatModel
import ChatRepository
import Foundation
import GRDB

#if canImport(Glibc)
import Glibc
#endif

/// Makes a backup while the server runs and writes.
///
/// It is a folder of its own with the database as it was at one moment, the files that belong to it,
/// and a manifest. Until all of it was verified and lies on the disk the folder is named otherwise,
/// so what bears the name of a backup is one.
struct BackupWriter {
  let source: SQLiteConfiguration
  /// Where the folders of backups lie.
  let folder: String

  /// - Throws: `BackupError`, `DatabaseError`.
  func makeBackup(at now: Timestamp) throws -> BackupManifest {
    try DurableFile.makeFolder(folder)
    let name = freeName(at: now)
    let partial = folder + "/" + name + ".partial"
    try? FileManager.default.removeItem(atPath: partial)
    try DurableFile.makeFolder(partial)
    do {
      let manifest = try fill(partial, name, now)
      try DurableFile.move(partial, to: folder + "/" + name)
      try DurableFile.sync(folder)
      return manifest
    } catch {
      try? FileManager.default.removeItem(atPath: partial)
      throw error
    }
  }

  private func fill(_ partial: String, _ name: String, _ now: Timestamp) throws -> BackupManifest {
    let database = partial + "/" + SQLiteConfiguration.databaseName
    let content = try copyDatabase(to: database)
    guard try DatabaseCheck.run(database) == content else {
      throw BackupError.damaged(
        file: SQLiteConfiguration.databaseName,
        why: "is not what was copied"
      )
    }
    // After the database, so that everything that it names is there.
    let companions = try copyCompanions(to: partial)
    let digest = try DurableFile.digest(of: database)
    let file = BackupManifest.File(
      path: SQLiteConfiguration.databaseName,
      bytes: digest.bytes,
      sha256: digest.sha256
    )
    let manifest = BackupManifest(
      name: name,
      madeAt: now,
      content: content,
      files: [file] + companions
    )
    try DurableFile.write(try manifest.json(), to: partial + "/" + BackupManifest.fileName)
    try DurableFile.sync(database)
    try DurableFile.sync(partial)
    return manifest
  }

  /// Copies the state of one moment, which a read transaction keeps while others go on writing.
  private func copyDatabase(to path: String) throws -> DatabaseContent {
    close(try DataFolder.openFile(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC))
    var reading = Configuration()
    reading.readonly = true
    reading.label = "wardline.backup"
    // A connection of its own: the readers of the server go on as before.
    let reader = try DatabaseQueue(path: source.databasePath, configuration: reading)
    defer { try? reader.close() }
    let copy = try DatabaseQueue(path: path)
    defer { try? copy.close() }
    return try copy.inDatabase { target in
      let content = try reader.read { db in
        let content = try DatabaseContent(db)
        try db.backup(to: target, pagesPerStep: Self.pagesPerStep)
        return content
      }
      // One file, which can be read without writing anything beside it.
      try target.execute(sql: "PRAGMA journal_mode = DELETE")
      return content
    }
  }

  private static let pagesPerStep: CInt = 1024

  /// Copies the folders that belong to the data beside the database: what users have uploaded.
  private func copyCompanions(to partial: String) throws -> [BackupManifest.File] {
    var files: [BackupManifest.File] = []
    for companion in SQLiteConfiguration.companionFolders {
      let root = source.folder + "/" + companion
      let found = FileManager.default.enumerator(atPath: root)
      while let path = found?.nextObject() as? String {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(
          atPath: root + "/" + path,
          isDirectory: &isFolder
        )
        // What was removed meanwhile is not named by the copied database.
        guard exists, !isFolder.boolValue else { continue }
        let target = partial + "/" + companion + "/" + path
        let targetFolder = URL(filePath: target).deletingLastPathComponent().path
        try DurableFile.makeFolder(targetFolder)
        let digest = try DurableFile.digest(of: root + "/" + path, copyingTo: target)
        try DurableFile.sync(targetFolder)
        files.append(
          .init(path: companion + "/" + path, bytes: digest.bytes, sha256: digest.sha256)
        )
      }
    }
    return files.sorted { $0.path < $1.path }
  }

  /// The time in UTC, and a number if two are made within one second.
  private func freeName(at now: Timestamp) -> String {
    let date = Date(timeIntervalSince1970: Double(now.milliseconds) / 1000)
    let digits = date.formatted(.iso8601.dateSeparator(.omitted).timeSeparator(.omitted))
    let name = "wardline-\(digits)"
    var number = 1
    while FileManager.default.fileExists(atPath: folder + "/" + candidate(name, number)) {
      number += 1
    }
    return candidate(name, number)
  }

  private func candidate(_ name: String, _ number: Int) -> String {
    number == 1 ? name : "\(name)-\(number)"
  }
}
