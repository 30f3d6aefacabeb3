internal import CProtobufC
package import NIOCore

extension MessageDescriptor {
  /// Decodes bytes into a C message that lives only while `body` runs.
  ///
  /// For code that reads a few fields and wants no Swift values of the others.
  ///
  /// - Throws: `ProtobufDecodingError`, also what `body` throws.
  package func withUnpacked<Result>(
    _ bytes: UnsafeRawBufferPointer,
    budget: DecodingBudget = .standard,
    _ body: (borrowing MessageReader) throws(ProtobufDecodingError) -> Result
  ) throws(ProtobufDecodingError) -> Result {
    // protobuf-c keeps lengths in 32 bits.
    guard bytes.count <= Int(Int32.max) else {
      throw ProtobufDecodingError(.budgetExceeded, message: name)
    }
    let arena = ThreadArena.current
    let mark = arena.mark(budget: budget.limit(forInputOf: bytes.count))
    defer { arena.release(to: mark) }
    let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    guard
      let message = protobuf_c_message_unpack(pointer, arena.allocator, bytes.count, start)
    else {
      throw ProtobufDecodingError(
        arena.isExhausted ? .budgetExceeded : .malformed,
        message: name
      )
    }
    return try body(MessageReader(message: UnsafeRawPointer(message), arena: arena))
  }
}

extension ByteBuffer {
  /// Appends a C message in wire format and returns how many bytes that were.
  ///
  /// - Parameter message: A struct that protoc-c generated and its `…__init` filled in.
  @discardableResult
  package mutating func writePackedMessage(_ message: UnsafeRawPointer) -> Int {
    let message = message.assumingMemoryBound(to: ProtobufCMessage.self)
    let size = protobuf_c_message_get_packed_size(message)
    return writeWithUnsafeMutableBytes(minimumWritableBytes: size) { target in
      guard let start = target.baseAddress else { return 0 }
      return protobuf_c_message_pack(message, start.assumingMemoryBound(to: UInt8.self))
    }
  }
}
