/// The one answer to a call, which may be given later and from any thread.
///
/// Use it exactly once. Later uses are ignored; a reply that is dropped unused leaves the caller
/// waiting until its deadline or the end of the connection.
public struct Reply<Output: RPCMessage>: Sendable {
  @usableFromInline let call: any ServerCall

  @inlinable
  public init(to call: any ServerCall) {
    self.call = call
  }

  @inlinable
  public func succeed(_ message: Output) {
    call.respond(with: message)
  }

  /// Ends the call with an error; anything but an `RPCError` reaches the caller as INTERNAL.
  @inlinable
  public func fail(_ error: any Error) {
    call.fail(with: error)
  }
}
