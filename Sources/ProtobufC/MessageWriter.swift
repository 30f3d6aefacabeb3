internal import CProtobufC

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// An empty C message, into which generated code puts Swift values to be encoded.
///
/// Valid only inside the call that got it: it cannot be copied, and the memory behind it is taken
/// back when that call ends.
public struct MessageWriter: ~Copyable {
  @usableFromInline let message: UnsafeMutableRawPointer
  @usableFromInline let arena: DecodingArena
  @usableFromInline let failure: UnsafeMutablePointer<EncodingFailure>

  /// Makes an empty message of the type in the arena.
  @usableFromInline
  init(
    _ descriptor: MessageDescriptor,
    arena: DecodingArena,
    failure: UnsafeMutablePointer<EncodingFailure>
  ) {
    self.message = arena.makeMessage(descriptor)
    self.arena = arena
    self.failure = failure
  }

  /// The C struct that protoc-c generated for this message, filled in with the defaults.
  @inlinable
  public func fields<C>(of type: C.Type) -> UnsafeMutablePointer<C> {
    message.assumingMemoryBound(to: type)
  }

  /// A string as C wants it. One that holds U+0000 makes the encoding fail.
  public func string(_ string: String, field: UInt32) -> UnsafeMutablePointer<CChar> {
    var string = string
    let (pointer, holdsNUL) = string.withUTF8 { utf8 in
      let copy = arena.allocateUnbounded(utf8.count + 1)
      if let source = utf8.baseAddress {
        copy.copyMemory(from: source, byteCount: utf8.count)
      }
      copy.storeBytes(of: 0, toByteOffset: utf8.count, as: UInt8.self)
      return (copy, memchr(copy, 0, utf8.count) != nil)
    }
    if holdsNUL {
      failure.pointee = EncodingFailure(of: MessageDescriptor(ofInitialized: message), field)
    }
    return pointer.assumingMemoryBound(to: CChar.self)
  }

  /// Bytes as C wants them; the caller sets the count beside the pointer.
  public func bytes(_ bytes: [UInt8]) -> UnsafeMutablePointer<UInt8>? {
    array(bytes)
  }

  /// A message as C wants it; nil is an absent one.
  @inlinable
  public func message<M: ProtobufMessage, C>(
    _ value: M?,
    as type: C.Type = C.self
  ) -> UnsafeMutablePointer<C>? {
    guard let value else { return nil }
    let writer = MessageWriter(M.descriptor, arena: arena, failure: failure)
    value.write(to: writer)
    return writer.message.assumingMemoryBound(to: type)
  }

  /// A C message of another type, such as an entry of a map, filled in by `fill`.
  func nested<C>(
    _ descriptor: MessageDescriptor,
    as type: C.Type,
    _ fill: (borrowing MessageWriter) -> Void
  ) -> UnsafeMutablePointer<C> {
    let writer = MessageWriter(descriptor, arena: arena, failure: failure)
    fill(writer)
    return writer.message.assumingMemoryBound(to: type)
  }
}

/// Which field cannot be encoded. Plain data, so that an encoding that succeeds has nothing to clean
/// up.
@usableFromInline
struct EncodingFailure {
  private var descriptor: MessageDescriptor?
  private var field: UInt32 = 0

  @usableFromInline
  init() {}

  init(of descriptor: MessageDescriptor, _ field: UInt32) {
    self.descriptor = descriptor
    self.field = field
  }

  var error: ProtobufEncodingError? {
    descriptor.map { ProtobufEncodingError(message: $0.name, field: $0.fieldName(field)) }
  }
}

extension DecodingArena {
  /// Memory for our own values, which no budget limits.
  ///
  /// Running out of memory stops the program, as it does for every Swift value.
  @usableFromInline
  func allocateUnbounded(_ size: Int) -> UnsafeMutableRawPointer {
    guard let pointer = allocate(size) else { preconditionFailure("out of memory") }
    return pointer
  }

  func makeMessage(_ descriptor: MessageDescriptor) -> UnsafeMutableRawPointer {
    let message = allocateUnbounded(descriptor.pointer.pointee.sizeof_message)
    protobuf_c_message_init(descriptor.pointer, message)
    return message
  }
}
