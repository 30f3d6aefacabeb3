public import ChatRepository
import Foundation

/// A backup that lies in a folder.
public struct Backup: Sendable {
  let folder: String

  public init(folder: String) { self.folder = folder }

  /// Compares every file with the manifest, and looks at everything in the database.
  ///
  /// - Throws: `BackupError`; `RepositoryOpenError` if a newer version made it.
  public func verify() throws -> BackupReport {
    report(of: try verifiedManifest())
  }

  func verifiedManifest() throws -> BackupManifest {
    let manifest = try BackupManifest.read(in: folder)
    for file in manifest.files {
      guard FileManager.default.fileExists(atPath: folder + "/" + file.path) else {
        throw BackupError.missing(file: file.path)
      }
      try Self.compare(file, try DurableFile.digest(of: folder + "/" + file.path))
    }
    let content = try DatabaseCheck.run(folder + "/" + SQLiteConfiguration.databaseName)
    guard content == manifest.content else {
      throw BackupError.damaged(
        file: SQLiteConfiguration.databaseName,
        why: "does not hold what the manifest says"
      )
    }
    return manifest
  }

  static func compare(
    _ file: BackupManifest.File,
    _ found: (bytes: Int64, sha256: String)
  ) throws {
    guard found.bytes == file.bytes else {
      throw BackupError.damaged(
        file: file.path,
        why: "has \(found.bytes) bytes instead of \(file.bytes)"
      )
    }
    guard found.sha256 == file.sha256 else {
      throw BackupError.damaged(file: file.path, why: "has another SHA-256 than the manifest says")
    }
  }

  func report(of manifest: BackupManifest) -> BackupReport {
    BackupReport(
      name: manifest.name,
      madeAt: manifest.madeAt,
      bytes: manifest.bytes,
      fileCount: manifest.files.count,
      head: manifest.content.head
    )
  }
}
