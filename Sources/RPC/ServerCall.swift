public import NIOCore

/// What a stream can take after a message was handed to it.
public enum StreamCredit: Sendable, Hashable {
  /// More is welcome.
  case available
  /// The message was taken; wait for `onCredit` before the next one.
  case exhausted
  /// The stream has ended and the message was dropped.
  case closed
}

/// The transport's end of a running call, which generated code and `Reply` write to.
///
/// `send` and `hasCredit` must be called on `eventLoop`; the rest may be called anywhere.
public protocol ServerCall: AnyObject, Sendable {
  var eventLoop: any EventLoop { get }

  /// Ends a call that answers with one message. Only the first end counts.
  func respond(with message: some RPCMessage)
  /// Ends the call with an error. Only the first end counts.
  func fail(with error: any Error)
  /// Ends a stream of answers well. Only the first end counts.
  func finish()

  /// Whether the stream can take a message now. True when it has ended: sending says so.
  var hasCredit: Bool { get }
  /// Sends one message of a stream without waiting.
  func send(_ message: some RPCMessage) -> StreamCredit
  /// The same for a message that is encoded already.
  func send(encoded payload: ByteBuffer) -> StreamCredit
  /// Sends several messages that are encoded already, in order.
  func send(encoded payloads: [ByteBuffer]) -> StreamCredit
  /// Returns when the stream can take a message; throws when it has ended.
  func waitForCredit() async throws

  /// Calls back on the loop whenever credit has returned after `.exhausted`.
  func onCredit(_ callback: @escaping @Sendable () -> Void)
  /// Calls back on the loop once, when the call ends for whatever reason; at once if it has ended.
  func onEnd(_ callback: @escaping @Sendable () -> Void)
  /// Calls back on the loop once, when the server wants to close the connection; at once if it does
  /// already. A stream that would go on for ever should end itself then.
  func onDrain(_ callback: @escaping @Sendable () -> Void)
}
