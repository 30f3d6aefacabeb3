/// What a peer did that the protocol does not allow, with the stream it did it on.
public enum ProtocolViolation: Error, Sendable, Hashable {
  case evenStreamID
  case streamIDNotIncreasing(last: StreamID)
  case streamNeverOpened
  case dataAfterRemoteClosed
  case dataOnUnaryCall
  case dataInsteadOfResponse
  case messageTooLarge(length: Int, limit: Int)
  case tooManyHandlers(limit: Int)
  /// No fault of the peer: it could not know yet that the server takes no more calls.
  case shuttingDown
  /// No fault of the peer either: the connection has no number left for a stream.
  case streamIDsUsedUp
}

extension ProtocolViolation: CustomStringConvertible {
  /// What the caller is told.
  public var description: String {
    switch self {
    case .evenStreamID: "a client opens streams with odd numbers"
    case .streamIDNotIncreasing(let last):
      "stream numbers must increase; the last one on this connection was \(last)"
    case .streamNeverOpened: "this stream was never opened; a Request comes first"
    case .dataAfterRemoteClosed: "Data after the stream was closed by its sender"
    case .dataOnUnaryCall: "Data on a unary call"
    case .dataInsteadOfResponse: "Data where one Response was due"
    case .messageTooLarge(let length, let limit):
      "the message has \(length) bytes; at most \(limit) are accepted"
    case .tooManyHandlers(let limit):
      "more than \(limit) calls are running on this connection; wait for some to end"
    case .shuttingDown: "the server is shutting down; call again on a new connection"
    case .streamIDsUsedUp: "this connection has no stream number left; call on a new connection"
    }
  }
}
