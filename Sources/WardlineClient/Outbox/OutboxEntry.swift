public import RPC
public import WardlineAPI

/// A message on its way.
public struct OutboxEntry: Sendable, Hashable {
  /// What has become of it so far.
  public enum State: Sendable, Hashable {
    /// It has not been answered; it will be sent again.
    case waiting
    /// The server will not take it as it is. It stays until it is retried or discarded.
    case failed(RPCError)
  }

  /// What the server knows the message by, however often it is sent.
  public let key: String
  public let request: SendMessageRequest
  public internal(set) var state: State
}
