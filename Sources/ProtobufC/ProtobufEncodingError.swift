/// Why a message cannot be encoded. Names types and fields, never content.
public struct ProtobufEncodingError: Error, Sendable, Equatable {
  /// The full name of the message type.
  public var message: String
  /// The name of the field that holds a string with U+0000, which a C string cannot carry.
  public var field: String

  public init(message: String, field: String) {
    self.message = message
    self.field = field
  }
}

extension ProtobufEncodingError: CustomStringConvertible {
  public var description: String { "\(message).\(field) holds U+0000" }
}
