public import RPC
public import WardlineAPI

/// A message on its way.
public struct OutboxEntry: Sendable {
  /// What has become of it so far.
  public enum State: Sendable {
    /// It has not been answered; it will be sent again.
    case waiting
    /// The server will not take it as it is. It stays until it is retried or discarded.
    case failed(RPCError)
  }

  /// What the server knows the message by, however often it is sent.
  public let key: String
  public let request: SendMessageRequest
  public internal(set) var state: State

  var isWaiting: Bool { if case .waiting = state { true } else { false } }
}

extension OutboxEntry.State: Equatable {
  /// Errors are alike when they say the same.
  public static func == (one: Self, other: Self) -> Bool {
    switch (one, other) {
    case (.waiting, .waiting): true
    case (.failed(let first), .failed(let second)):
      first.code == second.code && first.message == second.message
    case (.waiting, .failed), (.failed, .waiting): false
    }
  }
}
