import RPC

extension StatusCode {
  /// Whether the same call may succeed later without anybody changing it.
  var passes: Bool {
    switch self {
    case .unavailable, .cancelled, .deadlineExceeded, .resourceExhausted, .aborted, .internal,
      .unknown:
      true
    default: false
    }
  }
}
