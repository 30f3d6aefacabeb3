public import NIOCore

/// What a call carries: a value that can be read from bytes and written to them.
///
/// Generated messages conform. The engine needs no more of a message than this.
public protocol RPCMessage: Sendable {
  /// Reads a message; no bytes at all are an empty message.
  init(decoding payload: borrowing RawSpan) throws
  /// Appends the message to the buffer.
  func encode(into buffer: inout ByteBuffer) throws
}
