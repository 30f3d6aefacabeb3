internal import CProtobufC
internal import NIOCore

extension MessageDescriptor {
  /// Encodes a message that is given as JSON, by the rules of proto3's JSON mapping: names in camel
  /// case or as in the .proto, 64-bit numbers as strings or numbers, bytes in base64, enums by name
  /// or number, maps as objects.
  ///
  /// - Throws: `ProtobufJSONError`, which names the field and says what it takes.
  public func encode(json: String) throws(ProtobufJSONError) -> [UInt8] {
    let value = try JSONValue(parsing: json)
    let arena = ThreadArena.current
    let mark = arena.mark(budget: .max)
    defer { arena.release(to: mark) }
    let message = try JSONFiller(arena: arena).message(self, from: value)
    guard protobuf_c_message_check(message.assumingMemoryBound(to: ProtobufCMessage.self)) != 0
    else { throw ProtobufJSONError("\(name) lacks a required field") }
    var buffer = ByteBuffer()
    buffer.writePackedMessage(message)
    return Array(buffer.readableBytesView)
  }

  /// Gives an encoded message as JSON, by the same rules. Fields that are absent or zero are left
  /// out.
  ///
  /// - Parameter pretty: On lines of its own and indented.
  /// - Throws: `ProtobufDecodingError`.
  public func json(
    from payload: borrowing RawSpan,
    pretty: Bool = false
  ) throws(ProtobufDecodingError) -> String {
    var printer = JSONPrinter(isPretty: pretty)
    try payload.withUnsafeBytes { bytes throws(ProtobufDecodingError) in
      try withUnpacked(bytes) { reader throws(ProtobufDecodingError) in
        try printer.append(reader)
      }
    }
    return printer.text
  }
}

extension ProtobufMessage {
  /// Reads a message from JSON; see `MessageDescriptor.encode(json:)`.
  ///
  /// - Throws: `ProtobufJSONError`, or `ProtobufDecodingError` if it is too large.
  public init(json: String) throws {
    self = try Self(decoding: Self.descriptor.encode(json: json))
  }

  /// The message as JSON; see `MessageDescriptor.json(from:pretty:)`.
  ///
  /// - Throws: `ProtobufEncodingError` if a string holds U+0000.
  public func jsonString(pretty: Bool = false) throws -> String {
    let bytes = try encoded()
    return try Self.descriptor.json(from: bytes.span.bytes, pretty: pretty)
  }
}
