/// Why a repository could not be opened, for whoever runs the server.
public enum RepositoryOpenError: Error, Hashable, Sendable {
  /// Another server uses the folder.
  case alreadyInUse(folder: String)
  /// The folder or a file in it could not be made or opened.
  case inaccessible(path: String, reason: String)
  /// The file is a database of another program.
  case foreignDatabase(path: String)
  /// A newer version of the server has changed the tables.
  case newerSchema(path: String, found: Int, supported: Int)
  /// The file is no database, or is damaged.
  case damaged(path: String)
}

extension RepositoryOpenError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .alreadyInUse(let folder):
      "another server is using \(folder): stop it, or choose another data folder"
    case .inaccessible(let path, let reason):
      "\(path) cannot be opened: \(reason)"
    case .foreignDatabase(let path):
      "\(path) belongs to another program: choose another data folder"
    case .newerSchema(let path, let found, let supported):
      "\(path) was written by a newer version (schema \(found), this one knows \(supported)): "
        + "use that version"
    case .damaged(let path):
      "\(path) is damaged: restore it from a backup"
    }
  }
}
