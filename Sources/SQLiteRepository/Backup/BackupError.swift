/// Why a backup cannot be trusted or restored, for whoever runs the server.
public enum BackupError: Error, Hashable, Sendable {
  case notABackup(folder: String)
  /// A newer version of the program made it.
  case newerFormat(found: Int, supported: Int)
  case missing(file: String)
  /// A file is not as it was when the backup was made.
  case damaged(file: String, why: String)
  /// A server uses the data folder.
  case folderInUse(folder: String)
  case folderNotEmpty(folder: String)
  case inaccessible(path: String, reason: String)
}

extension BackupError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notABackup(let folder):
      "\(folder) holds no \(BackupManifest.fileName): name the folder of one backup"
    case .newerFormat(let found, let supported):
      "the backup was made by a newer version (format \(found), this one knows \(supported)): "
        + "use that version"
    case .missing(let file):
      "the backup is not whole: \(file) is missing; use another backup"
    case .damaged(let file, let why):
      "the backup is damaged: \(file) \(why); use another backup"
    case .folderInUse(let folder):
      "a server is using \(folder): stop it first"
    case .folderNotEmpty(let folder):
      "\(folder) is not empty: choose another --data folder, or give --replace to put what it holds "
        + "aside"
    case .inaccessible(let path, let reason):
      "\(path): \(reason)"
    }
  }
}
