public import NIOCore

/// What a call carries: a value that can be read from bytes and written to them.
///
/// Generated messages conform. The engine needs no more of a message than this.
public protocol RPCMessage: Sendable {
  /// Reads a message; no bytes at all are an empty message.
  init(decoding payload: borrowing RawSpan) throws
  /// Appends the message to the buffer.
  func encode(into buffer: inout ByteBuffer) throws
  /// Whether a call with this message may be repeated if its method is declared idempotent. True
  /// but for a message that has a field `idempotency_key` and leaves it empty.
  var isRepeatable: Bool { get }
}

extension RPCMessage {
  public var isRepeatable: Bool { true }
}
