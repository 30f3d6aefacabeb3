/// Why a development key cannot be used. The text is for whoever runs the server.
public enum DevelopmentKeyError: Error, Hashable, Sendable {
  case missing(path: String)
  case damaged(path: String)
  /// Others than the owner may read it.
  case exposed(path: String)
  /// The system refused; `errno` says why.
  case system(path: String, errno: Int32)
}

extension DevelopmentKeyError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing(let path): "\(path) is not there: a development server makes it when it starts"
    case .damaged(let path): "\(path) is not a development key: remove it, and a new one is made"
    case .exposed(let path): "others can read \(path): run chmod 600 on it"
    case .system(let path, let errno): "cannot use \(path): \(OwnerOnlyFile.text(of: errno))"
    }
  }
}
