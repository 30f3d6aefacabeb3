public import NIOCore

/// A message of a .proto as a Swift value. The protoc plugin writes the conformances.
public protocol ProtobufMessage: Sendable, Equatable {
  /// The C descriptor of the message.
  static var descriptor: MessageDescriptor { get }

  /// The message with no field set.
  init()

  /// Takes the values out of a decoded C message of this type.
  ///
  /// - Throws: `ProtobufDecodingError` if a string is not UTF-8 or holds U+0000.
  init(reading reader: borrowing MessageReader) throws(ProtobufDecodingError)

  /// Puts the values into an empty C message of this type.
  func write(to writer: borrowing MessageWriter)
}

extension ProtobufMessage {
  /// Decodes a message. Empty input is a message with no field set; unknown fields are dropped.
  ///
  /// - Throws: `ProtobufDecodingError`.
  public init(decoding payload: borrowing RawSpan) throws(ProtobufDecodingError) {
    self = try Self.decode(payload, budget: .standard)
  }

  /// Decodes a message within another budget than the standard one.
  ///
  /// - Throws: `ProtobufDecodingError`.
  public init(
    decoding payload: borrowing RawSpan,
    budget: DecodingBudget
  ) throws(ProtobufDecodingError) {
    self = try Self.decode(payload, budget: budget)
  }

  /// Decodes a message from an array.
  ///
  /// - Throws: `ProtobufDecodingError`.
  public init(
    decoding payload: [UInt8],
    budget: DecodingBudget = .standard
  ) throws(ProtobufDecodingError) {
    self = try Self.decode(payload.span.bytes, budget: budget)
  }

  /// Appends the encoded message to a buffer, without a copy in between.
  ///
  /// - Throws: `ProtobufEncodingError` if a string holds U+0000; the buffer is then as before.
  public func encode(into buffer: inout ByteBuffer) throws(ProtobufEncodingError) {
    let arena = ThreadArena.current
    let mark = arena.mark(budget: .max)
    defer { arena.release(to: mark) }
    var failure: ProtobufEncodingError?
    let pointer = withUnsafeMutablePointer(to: &failure) { failure in
      let writer = MessageWriter(Self.descriptor, arena: arena, failure: failure)
      write(to: writer)
      return UnsafeRawPointer(writer.message)
    }
    if let failure { throw failure }
    buffer.writePackedMessage(pointer)
  }

  /// The encoded message as an array.
  ///
  /// - Throws: `ProtobufEncodingError` if a string holds U+0000.
  public func encoded() throws(ProtobufEncodingError) -> [UInt8] {
    var buffer = ByteBuffer()
    try encode(into: &buffer)
    return Array(buffer.readableBytesView)
  }

  private static func decode(
    _ payload: borrowing RawSpan,
    budget: DecodingBudget
  ) throws(ProtobufDecodingError) -> Self {
    try payload.withUnsafeBytes { bytes throws(ProtobufDecodingError) in
      try descriptor.withUnpacked(bytes, budget: budget) {
        reader throws(ProtobufDecodingError) in
        try Self(reading: reader)
      }
    }
  }
}
