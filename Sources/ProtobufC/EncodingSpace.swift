public import NIOCore

/// The memory of one encoding, in the arena of this thread.
@usableFromInline
struct EncodingSpace {
  @usableFromInline let arena: DecodingArena
  private let mark: DecodingArena.Mark

  @usableFromInline
  init() {
    arena = ThreadArena.current
    mark = arena.mark(budget: .max)
  }

  @usableFromInline
  func end() {
    arena.release(to: mark)
  }

  /// Appends the message in wire format, unless a field of it cannot be encoded.
  @usableFromInline
  func pack(
    _ message: UnsafeRawPointer,
    into buffer: inout ByteBuffer,
    unless failure: EncodingFailure
  ) throws(ProtobufEncodingError) {
    if let error = failure.error { throw error }
    buffer.writePackedMessage(message)
  }
}
