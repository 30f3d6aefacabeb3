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
  // What follows is inlinable so that it is specialised for each message where it is called;
  // through witness tables it cost a third more.

  /// Decodes a message. Empty input is a message with no field set; unknown fields are dropped.
  /// The budget is that of the server whose loop it is, else the standard one.
  ///
  /// - Throws: `ProtobufDecodingError`.
  @inlinable
  public init(decoding payload: borrowing RawSpan) throws(ProtobufDecodingError) {
    self = try Self.decode(payload, budget: nil)
  }

  /// Decodes a message within another budget than the standard one.
  ///
  /// - Throws: `ProtobufDecodingError`.
  @inlinable
  public init(
    decoding payload: borrowing RawSpan,
    budget: DecodingBudget
  ) throws(ProtobufDecodingError) {
    self = try Self.decode(payload, budget: budget)
  }

  /// Decodes a message from an array.
  ///
  /// - Throws: `ProtobufDecodingError`.
  @inlinable
  public init(
    decoding payload: [UInt8],
    budget: DecodingBudget? = nil
  ) throws(ProtobufDecodingError) {
    self = try Self.decode(payload.span.bytes, budget: budget)
  }

  /// Appends the encoded message to a buffer, without a copy in between.
  ///
  /// - Throws: `ProtobufEncodingError` if a string holds U+0000; the buffer is then as before.
  @inlinable
  public func encode(into buffer: inout ByteBuffer) throws(ProtobufEncodingError) {
    let space = EncodingSpace()
    defer { space.end() }
    var failure = EncodingFailure()
    let message = withUnsafeMutablePointer(to: &failure) { failure in
      let writer = MessageWriter(Self.descriptor, arena: space.arena, failure: failure)
      write(to: writer)
      return UnsafeRawPointer(writer.message)
    }
    try space.pack(message, into: &buffer, unless: failure)
  }

  /// The encoded message as an array.
  ///
  /// - Throws: `ProtobufEncodingError` if a string holds U+0000.
  @inlinable
  public func encoded() throws(ProtobufEncodingError) -> [UInt8] {
    var buffer = ByteBuffer()
    try encode(into: &buffer)
    return Array(buffer.readableBytesView)
  }

  @inlinable
  static func decode(
    _ payload: borrowing RawSpan,
    budget: DecodingBudget?
  ) throws(ProtobufDecodingError) -> Self {
    try payload.withUnsafeBytes { bytes throws(ProtobufDecodingError) in
      let unpacked = try descriptor.unpack(bytes, budget: budget)
      defer { unpacked.reader.arena.release(to: unpacked.mark) }
      return try Self(reading: unpacked.reader)
    }
  }
}
