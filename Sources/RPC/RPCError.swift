/// What a caller is told of a call that failed.
///
/// The message is sent to the peer as it stands, so it must not hold the content of messages,
/// tokens, SQL or paths. It should tell the caller what to change.
public struct RPCError: Error, Sendable {
  public var code: StatusCode
  public var message: String
  /// Whether it is certain that the server did nothing for the call: it never left this process, or
  /// the server said so. Such a call may be made again, whatever it does. Not sent to a peer, and
  /// two errors that differ only here are equal.
  public var isUnprocessed = false

  public init(_ code: StatusCode, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The service exists and the method does not, or neither does.
  public static func unimplemented(_ what: String) -> RPCError {
    RPCError(.unimplemented, what)
  }

  package static let deadlineExceeded = RPCError(
    .deadlineExceeded,
    "the deadline of the call has passed"
  )
}

extension RPCError: Hashable {
  public static func == (a: RPCError, b: RPCError) -> Bool {
    a.code == b.code && a.message == b.message
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(code)
    hasher.combine(message)
  }
}

extension RPCError: CustomStringConvertible {
  public var description: String { "\(code): \(message)" }
}
