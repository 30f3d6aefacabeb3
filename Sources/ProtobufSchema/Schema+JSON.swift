public import ProtobufC

extension Schema {
  /// Encodes a message that is given as JSON, by the rules of `MessageDescriptor.encode(json:)`.
  ///
  /// - Parameter type: the full name of the message type.
  /// - Throws: `ProtobufJSONError`, which names the field and says what it takes.
  public func encode(json: String, as type: String) throws(ProtobufJSONError) -> [UInt8] {
    guard let shape = message(type) else { throw ProtobufJSONError("nobody declares \(type)") }
    return try SchemaEncoder(schema: self).bytes(of: shape, from: JSONValue(parsing: json))
  }

  /// Gives an encoded message as JSON, by the rules of `MessageDescriptor.json(from:pretty:)`.
  ///
  /// - Parameter type: the full name of the message type.
  /// - Throws: `ProtobufDecodingError`.
  public func json(
    from bytes: [UInt8],
    as type: String,
    pretty: Bool = false
  ) throws(ProtobufDecodingError) -> String {
    guard let shape = message(type) else {
      throw ProtobufDecodingError(.malformed, message: type)
    }
    var printer = SchemaPrinter(schema: self, isPretty: pretty)
    try printer.append(bytes[...], shape, depth: 0)
    return printer.text
  }
}
