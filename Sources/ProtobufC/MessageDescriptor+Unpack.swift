internal import CProtobufC
public import NIOCore

extension MessageDescriptor {
  /// Decodes bytes into a C message that lives only while `body` runs.
  ///
  /// For code that reads a few fields and wants no Swift values of the others.
  ///
  /// - Throws: `ProtobufDecodingError`, also what `body` throws.
  ///
  /// Inlinable: as generic code that is specialised nowhere it cost two hundred instructions.
  @inlinable
  package func withUnpacked<Result>(
    _ bytes: UnsafeRawBufferPointer,
    budget: DecodingBudget? = nil,
    _ body: (borrowing MessageReader) throws(ProtobufDecodingError) -> Result
  ) throws(ProtobufDecodingError) -> Result {
    let unpacked = try unpack(bytes, budget: budget)
    defer { unpacked.reader.arena.release(to: unpacked.mark) }
    return try body(unpacked.reader)
  }

  /// A message in the arena of this thread, and the way back.
  @usableFromInline
  struct Unpacked: ~Copyable {
    @usableFromInline let reader: MessageReader
    @usableFromInline let mark: DecodingArena.Mark

    init(reader: consuming MessageReader, mark: DecodingArena.Mark) {
      self.reader = reader
      self.mark = mark
    }
  }

  /// Decodes bytes into a C message; the arena must be released to the mark after its use.
  @usableFromInline
  func unpack(
    _ bytes: UnsafeRawBufferPointer,
    budget: DecodingBudget?
  ) throws(ProtobufDecodingError) -> Unpacked {
    // protobuf-c keeps lengths in 32 bits.
    guard bytes.count <= Int(Int32.max) else {
      throw ProtobufDecodingError(.budgetExceeded, message: name)
    }
    let arena = ThreadArena.current
    let mark = arena.mark(budget: (budget ?? arena.budget).limit(forInputOf: bytes.count))
    let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    guard
      let message = protobuf_c_message_unpack(pointer, arena.allocator, bytes.count, start)
    else {
      let reason: ProtobufDecodingError.Reason =
        arena.isExhausted ? .budgetExceeded : .malformed
      arena.release(to: mark)
      throw ProtobufDecodingError(reason, message: name)
    }
    let reader = MessageReader(message: UnsafeRawPointer(message), arena: arena)
    return Unpacked(reader: reader, mark: mark)
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
    return append(reserving: size) {
      protobuf_c_message_pack(message, $0.assumingMemoryBound(to: UInt8.self))
    }
  }

  /// Appends what `body` writes to the start of the free space, and says how many bytes that were.
  ///
  /// `writeWithUnsafeMutableBytes` does the same and cuts slices on the way, which takes as long as
  /// to encode a small message.
  ///
  /// - Parameter byteCount: the most that `body` writes.
  @discardableResult
  @inlinable
  package mutating func append(
    reserving byteCount: Int,
    _ body: (UnsafeMutableRawPointer) -> Int
  ) -> Int {
    if writableBytes < byteCount { reserveCapacity(minimumWritableBytes: byteCount) }
    let start = writerIndex
    let written = withVeryUnsafeMutableBytes { storage in
      storage.baseAddress.map { body($0 + start) } ?? 0
    }
    moveWriterIndex(forwardBy: written)
    return written
  }
}

/// Writes a C message in wire format and returns how many bytes that were.
///
/// - Parameters:
///   - message: A struct that protoc-c generated and its `…__init` filled in.
///   - target: Room for the whole message, which the caller knows without asking.
package func packedLength(
  of message: UnsafeRawPointer,
  to target: UnsafeMutableRawPointer
) -> Int {
  protobuf_c_message_pack(
    message.assumingMemoryBound(to: ProtobufCMessage.self),
    target.assumingMemoryBound(to: UInt8.self)
  )
}
