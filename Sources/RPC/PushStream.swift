public import NIOCore

/// A stream of answers that is written to without waiting, for handlers that keep their own pace.
///
/// Methods that return a `StreamCredit` must be called on `eventLoop`.
public struct PushStream<Output: RPCMessage>: Sendable {
  @usableFromInline let call: any ServerCall

  @inlinable
  public init(to call: any ServerCall) {
    self.call = call
  }

  @inlinable public var eventLoop: any EventLoop { call.eventLoop }

  /// Sends a message. It is taken even when the answer is `.exhausted`; a writer that goes on all
  /// the same is ended with RESOURCE_EXHAUSTED once the stream's queue is full.
  @inlinable
  public func send(_ message: Output) -> StreamCredit {
    call.send(message)
  }

  /// Sends a message that was encoded once for many streams.
  @inlinable
  public func send(encoded payload: ByteBuffer) -> StreamCredit {
    call.send(encoded: payload)
  }

  /// Sends several such messages, in order.
  ///
  /// Whoever has many messages for many streams gives each stream all of them at once: what belongs
  /// to a stream is then looked at once for all, which with a thousand streams takes half the time.
  @inlinable
  public func send(encoded payloads: [ByteBuffer]) -> StreamCredit {
    call.send(encoded: payloads)
  }

  @inlinable public func finish() { call.finish() }
  @inlinable public func fail(_ error: any Error) { call.fail(with: error) }

  /// Calls back on the loop whenever credit has returned after `.exhausted`.
  @inlinable
  public func onCredit(_ callback: @escaping @Sendable () -> Void) {
    call.onCredit(callback)
  }

  /// Calls back on the loop once, when the stream has ended for whatever reason.
  @inlinable
  public func onEnd(_ callback: @escaping @Sendable () -> Void) {
    call.onEnd(callback)
  }

  /// Calls back on the loop once, when the server wants to close the connection; at once if it does
  /// already. A stream that would go on for ever should end itself then.
  @inlinable
  public func onDrain(_ callback: @escaping @Sendable () -> Void) {
    call.onDrain(callback)
  }
}
