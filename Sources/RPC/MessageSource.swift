/// Where the messages of a stream come from when they do not come straight from a connection, as
/// with a client that opens a stream anew after a loss.
public protocol MessageSource<Message>: AnyObject, Sendable {
  associatedtype Message: RPCMessage

  /// The next message, waiting for one if need be; nil when the stream has ended well. Asked by one
  /// task at a time.
  ///
  /// - Throws: `RPCError` with the status that ended the stream; `CancellationError`.
  func next() async throws -> Message?
  /// Nobody will ask any more.
  func abandon()
}
