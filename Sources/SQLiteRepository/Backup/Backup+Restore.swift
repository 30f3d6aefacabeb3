public import ChatRepository
import Foundation
import GRDB

extension Backup {
  /// What becomes of the name of the log.
  public enum LogName: Hashable, Sendable {
    /// The log gets this one, so that cursors of before the restore are refused. Otherwise a client
    /// that had seen more than the backup holds would miss what the server writes under the same
    /// positions.
    case new(UInt32)
    /// Cursors stay good. Only when nothing was written after the backup was made.
    case kept
  }

  /// Where the data of before lies, if there was any, and what was restored.
  public struct Restored: Hashable, Sendable {
    public var report: BackupReport
    public var putAside: String?
  }

  /// Verifies the backup, copies it beside `folder`, verifies the copy, and only then moves it there.
  ///
  /// - Parameter replacing: whether a folder that is not empty is put aside, under another name.
  /// - Throws: `BackupError`; `RepositoryOpenError` if a newer version made the backup.
  public func restore(
    to folder: String,
    replacing: Bool = false,
    log: LogName
  ) throws -> Restored {
    let folder = Self.withoutTrailingSlash(folder)
    let lock = try Self.lock(folder, replacing: replacing)
    defer { lock?.release() }
    let manifest = try verifiedManifest()
    let staging = folder + ".restoring"
    guard !FileManager.default.fileExists(atPath: staging) else {
      throw BackupError.inaccessible(
        path: staging,
        reason: "is left of a restore that did not finish: remove it"
      )
    }
    do {
      try copy(manifest, to: staging)
      let content = try Self.name(log, in: staging, manifest.content)
      let found = try DatabaseCheck.run(staging + "/" + SQLiteConfiguration.databaseName)
      guard found == content else {
        throw BackupError.damaged(
          file: SQLiteConfiguration.databaseName,
          why: "is not what was copied"
        )
      }
      let putAside = try Self.moveIntoPlace(staging, folder, replacedBy: manifest.name)
      return Restored(report: report(of: manifest), putAside: putAside)
    } catch {
      try? FileManager.default.removeItem(atPath: staging)
      throw error
    }
  }

  /// What stands beside a folder is named after it.
  private static func withoutTrailingSlash(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }

  /// Makes sure that nobody uses the folder, until the lock is released. Nil if there is no server's
  /// folder yet.
  private static func lock(_ folder: String, replacing: Bool) throws -> FolderLock? {
    let configuration = SQLiteConfiguration(folder: folder)
    guard FileManager.default.fileExists(atPath: folder) else { return nil }
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw BackupError.inaccessible(path: folder, reason: "is no folder that can be read")
    }
    var lock: FolderLock?
    if FileManager.default.fileExists(atPath: configuration.lockPath) {
      do {
        lock = try FolderLock(configuration)
      } catch RepositoryOpenError.alreadyInUse {
        throw BackupError.folderInUse(folder: folder)
      }
    }
    guard names.isEmpty || replacing else {
      lock?.release()
      throw BackupError.folderNotEmpty(folder: folder)
    }
    return lock
  }

  private func copy(_ manifest: BackupManifest, to staging: String) throws {
    try DurableFile.makeFolder(staging)
    for file in manifest.files {
      let target = staging + "/" + file.path
      let targetFolder = URL(filePath: target).deletingLastPathComponent().path
      try DurableFile.makeFolder(targetFolder)
      let source = folder + "/" + file.path
      try Self.compare(file, try DurableFile.digest(of: source, copyingTo: target))
      try DurableFile.sync(targetFolder)
    }
  }

  private static func name(
    _ log: LogName,
    in staging: String,
    _ content: DatabaseContent
  ) throws -> DatabaseContent {
    guard case .new(let number) = log else { return content }
    let queue = try DatabaseQueue(path: staging + "/" + SQLiteConfiguration.databaseName)
    defer { try? queue.close() }
    try queue.write { try $0.execute(sql: "UPDATE log SET log_id = ?", arguments: [number]) }
    var content = content
    content.log = number
    return content
  }

  /// - Returns: where the data of before lies now.
  private static func moveIntoPlace(
    _ staging: String,
    _ folder: String,
    replacedBy name: String
  ) throws -> String? {
    try DurableFile.sync(staging + "/" + SQLiteConfiguration.databaseName)
    try DurableFile.sync(staging)
    var putAside: String?
    if let names = try? FileManager.default.contentsOfDirectory(atPath: folder) {
      if names.isEmpty {
        try FileManager.default.removeItem(atPath: folder)
      } else {
        let place = try freePlace(folder + ".before-" + name)
        try DurableFile.move(folder, to: place)
        putAside = place
      }
    }
    try DurableFile.move(staging, to: folder)
    try DurableFile.sync(URL(filePath: folder).deletingLastPathComponent().path)
    return putAside
  }

  private static func freePlace(_ path: String) throws -> String {
    for number in 1...1000 {
      let place = number == 1 ? path : "\(path)-\(number)"
      if !FileManager.default.fileExists(atPath: place) { return place }
    }
    throw BackupError.inaccessible(path: path, reason: "is there already: remove it")
  }
}
