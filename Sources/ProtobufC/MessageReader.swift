internal import CProtobufC

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// A decoded C message, from which generated code takes Swift values.
///
/// Valid only inside the call that got it: it cannot be copied, and the memory behind it is taken
/// back when that call ends.
public struct MessageReader: ~Copyable {
  @usableFromInline let message: UnsafeRawPointer
  @usableFromInline let arena: DecodingArena

  @usableFromInline
  init(message: UnsafeRawPointer, arena: DecodingArena) {
    self.message = message
    self.arena = arena
  }

  /// The C struct that protoc-c generated for this message.
  @inlinable
  public func fields<C>(of type: C.Type) -> UnsafePointer<C> {
    message.assumingMemoryBound(to: type)
  }

  /// A string field.
  ///
  /// - Throws: `ProtobufDecodingError` if it is not UTF-8 or holds U+0000.
  public func string(
    _ pointer: UnsafePointer<CChar>?,
    field: UInt32
  ) throws(ProtobufDecodingError) -> String {
    let bytes = try rawBytes(pointer, field: field)
    // Most strings are ASCII, and the general way looks up metadata at run time.
    if bytes.isASCII {
      return String(unsafeUninitializedCapacity: bytes.count) { target in
        target.initialize(fromContentsOf: bytes)
      }
    }
    guard let string = String(validating: bytes, as: UTF8.self) else {
      throw error(.invalidUTF8, field)
    }
    return string
  }

  /// A string field of proto2 without `required`; nil if absent.
  ///
  /// - Throws: `ProtobufDecodingError` if it is not UTF-8 or holds U+0000.
  public func optionalString(
    _ pointer: UnsafePointer<CChar>?,
    field: UInt32
  ) throws(ProtobufDecodingError) -> String? {
    // A default that stands in the .proto is not in the arena, while all that came in is.
    guard let pointer, arena.allocatedSize(of: pointer) != nil else { return nil }
    return try string(pointer, field: field)
  }

  /// The UTF-8 of a string field without its closing NUL, checked like `string` but not copied.
  ///
  /// - Throws: `ProtobufDecodingError` if it is not UTF-8 or holds U+0000.
  public func utf8(
    _ pointer: UnsafePointer<CChar>?,
    field: UInt32
  ) throws(ProtobufDecodingError) -> UnsafeBufferPointer<UInt8> {
    let bytes = try rawBytes(pointer, field: field)
    guard bytes.isASCII || String(validating: bytes, as: UTF8.self) != nil else {
      throw error(.invalidUTF8, field)
    }
    return bytes
  }

  /// The bytes of a string field without its closing NUL, not checked in any way.
  ///
  /// For code that compares them with a text that it knows, which is check enough.
  package func uncheckedBytes(_ pointer: UnsafePointer<CChar>?) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: pointer, count: length(of: pointer))
  }

  /// A bytes field.
  public func bytes(_ pointer: UnsafePointer<UInt8>?, count: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: pointer, count: pointer == nil ? 0 : count))
  }

  /// A field that holds a message; nil if absent.
  @inlinable
  public func message<M: ProtobufMessage>(
    _ pointer: UnsafeRawPointer?,
    as type: M.Type = M.self
  ) throws(ProtobufDecodingError) -> M? {
    guard let pointer else { return nil }
    return try M(reading: MessageReader(message: pointer, arena: arena))
  }

  /// The reader of a C message that this one points to.
  func nested(_ pointer: UnsafeRawPointer) -> MessageReader {
    MessageReader(message: pointer, arena: arena)
  }

  /// The length of a string is what protobuf-c allocated for it, less the closing NUL.
  private func length(of pointer: UnsafePointer<CChar>?) -> Int {
    guard let pointer else { return 0 }
    // What is not in the arena is the empty string or a default that stands in the .proto.
    return arena.allocatedSize(of: pointer).map { $0 - 1 } ?? strlen(pointer)
  }

  private func rawBytes(
    _ pointer: UnsafePointer<CChar>?,
    field: UInt32
  ) throws(ProtobufDecodingError) -> UnsafeBufferPointer<UInt8> {
    guard let pointer else { return UnsafeBufferPointer(start: nil, count: 0) }
    let start = UnsafeRawPointer(pointer)
    let count = length(of: pointer)
    guard memchr(start, 0, count) == nil else { throw error(.embeddedNUL, field) }
    return UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: count)
  }

  private func error(
    _ reason: ProtobufDecodingError.Reason,
    _ field: UInt32
  ) -> ProtobufDecodingError {
    let descriptor = MessageDescriptor(ofInitialized: message)
    return ProtobufDecodingError(
      reason,
      message: descriptor.name,
      field: descriptor.fieldName(field)
    )
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether all bytes are below 0x80, looked at eight at a time.
  var isASCII: Bool {
    let raw = UnsafeRawBufferPointer(self)
    var index = 0
    var seen: UInt64 = 0
    while index &+ 8 <= count {
      seen |= raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      index &+= 8
    }
    while index < count {
      seen |= UInt64(raw[index])
      index &+= 1
    }
    return seen & 0x8080_8080_8080_8080 == 0
  }
}
