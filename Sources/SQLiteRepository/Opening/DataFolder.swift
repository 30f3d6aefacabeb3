import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// The folder in which a repository lies.
enum DataFolder {
  /// Makes the folder, its parents, and an empty database file, where they are missing.
  ///
  /// SQLite gives the companions of a database the mode of the database itself, so making the file
  /// first keeps all of them from other users of the machine.
  static func prepare(_ configuration: SQLiteConfiguration) throws {
    let folder = configuration.folder
    do {
      try FileManager.default.createDirectory(
        atPath: folder,
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700]
      )
    } catch {
      throw RepositoryOpenError.inaccessible(path: folder, reason: "the folder cannot be made")
    }
    try makePrivate(configuration.databasePath)
  }

  /// Makes an empty file that only its owner may read, unless there is one.
  static func makePrivate(_ path: String) throws {
    close(try openFile(path, O_RDWR | O_CREAT | O_CLOEXEC))
  }

  /// Opens a file that only its owner may read, and returns the descriptor.
  static func openFile(_ path: String, _ flags: Int32) throws -> Int32 {
    let descriptor = open(path, flags, 0o600)
    guard descriptor >= 0 else {
      throw RepositoryOpenError.inaccessible(path: path, reason: String(cString: strerror(errno)))
    }
    return descriptor
  }

  /// Removes a database that can be made again, with its companions.
  static func remove(_ path: String) {
    for companion in ["", "-wal", "-shm"] { unlink(path + companion) }
  }

  /// The size of a file in bytes, zero if there is none.
  static func size(of path: String) -> Int64 {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : 0
  }
}
