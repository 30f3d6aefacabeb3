/// Why a call cannot go on with an upload.
public enum UploadConflict: Hashable, Sendable {
  /// So many bytes are there: the next must stand behind them.
  case wrongOffset(expected: Int64)
  /// A later call goes on with it.
  case takenOver
}

extension UploadConflict: CustomStringConvertible {
  /// A sentence for the caller.
  public var description: String {
    switch self {
    case .wrongOffset(let expected): "offset: the upload goes on at \(expected)"
    case .takenOver: "another call goes on with this upload"
    }
  }
}
