import RPC

/// What a channel is about.
public enum ClientChannelState: Sendable, Hashable {
  /// There is no connection, and nobody needs one.
  case idle
  case connecting
  /// A connection takes calls.
  case ready
  /// The last attempt to connect has failed, or the server asked for a pause: calls that do not
  /// wait for ready fail until the next attempt.
  case backingOff
  /// `close()` was called.
  case closed
}

extension RPCError {
  /// A call that has never left the client.
  static func unprocessed(_ code: StatusCode, _ message: String) -> RPCError {
    var error = RPCError(code, message)
    error.isUnprocessed = true
    return error
  }

  /// The caller's task was cancelled.
  static let callerGaveUp = RPCError(.cancelled, "the caller gave up")
}
