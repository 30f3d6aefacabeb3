/// Why bytes are not a message. Names types and fields, never content.
public struct ProtobufDecodingError: Error, Sendable, Equatable {
  public enum Reason: Sendable, Hashable {
    /// The bytes do not follow the wire format, or a field has another type.
    case malformed
    /// A string is not UTF-8.
    case invalidUTF8
    /// A string holds U+0000, which C code would take for its end.
    case embeddedNUL
    /// Decoding would take more memory than its `DecodingBudget`.
    case budgetExceeded
  }

  public var reason: Reason
  /// The full name of the message type, such as "wardline.v1.Message".
  public var message: String
  /// The name of the field as in the .proto, where the reason lies in one field.
  public var field: String?

  public init(_ reason: Reason, message: String, field: String? = nil) {
    self.reason = reason
    self.message = message
    self.field = field
  }
}

extension ProtobufDecodingError: CustomStringConvertible {
  public var description: String {
    let place = field.map { "\(message).\($0)" } ?? message
    return switch reason {
    case .malformed: "\(place) does not decode"
    case .invalidUTF8: "\(place) is not UTF-8"
    case .embeddedNUL: "\(place) holds U+0000"
    case .budgetExceeded: "\(place) would take more memory to decode than is allowed"
    }
  }
}
