import ChatModel
import Foundation

/// What belongs to a backup, so that a missing or changed file is noticed. It lies beside the files,
/// as JSON.
struct BackupManifest: Hashable, Codable {
  struct File: Hashable, Codable {
    /// Within the folder of the backup, and of the data.
    var path: String
    var bytes: Int64
    /// In hexadecimal digits.
    var sha256: String
  }

  static let fileName = "manifest.json"
  static let formatSupported = 1

  var format = formatSupported
  var name: String
  /// Milliseconds since 1970.
  var madeAt: Timestamp
  var content: DatabaseContent
  var files: [File]

  var bytes: Int64 { files.reduce(0) { $0 + $1.bytes } }

  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }

  /// - Throws: `BackupError`.
  static func read(in folder: String) throws -> BackupManifest {
    struct Format: Decodable { var format: Int }
    let path = folder + "/" + fileName
    guard let data = FileManager.default.contents(atPath: path) else {
      throw BackupError.notABackup(folder: folder)
    }
    guard let format = try? JSONDecoder().decode(Format.self, from: data) else {
      throw BackupError.damaged(file: fileName, why: "is not what a backup has")
    }
    guard format.format <= formatSupported else {
      throw BackupError.newerFormat(found: format.format, supported: formatSupported)
    }
    do {
      return try JSONDecoder().decode(BackupManifest.self, from: data).checked()
    } catch is DecodingError {
      throw BackupError.damaged(file: fileName, why: "is not what a backup has")
    }
  }

  /// A path that leads out of the folder is nothing that a backup was made with.
  private func checked() throws -> BackupManifest {
    for file in files {
      let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.allSatisfy({ !$0.isEmpty && $0 != ".." && $0 != "." }) else {
        throw BackupError.damaged(file: Self.fileName, why: "names a file outside of the backup")
      }
    }
    guard files.contains(where: { $0.path == SQLiteConfiguration.databaseName }) else {
      throw BackupError.damaged(file: Self.fileName, why: "names no database")
    }
    return self
  }
}
