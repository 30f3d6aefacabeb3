// Identifiers are stored within answers and fingerprints in the one form in which they travel.

/// A value whose description can be parsed back.
protocol CodedAsText: Codable, CustomStringConvertible {
  init?(_ text: String)
}

extension CodedAsText {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = Self(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(Self.self)")
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// A value that is a number within a range.
protocol CodedAsNumber: Codable {
  var rawValue: Int64 { get }
  init?(rawValue: Int64)
}

extension CodedAsNumber {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = Self(rawValue: try container.decode(Int64.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(Self.self)")
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}

extension UserID: CodedAsText {}
extension ConversationID: CodedAsText {}
extension MessageID: CodedAsText {}
extension ParticipantID: CodedAsNumber {}
extension MessageSequence: CodedAsNumber {}
extension EventPosition: CodedAsNumber {}

extension Timestamp: Codable {
  public init(from decoder: any Decoder) throws {
    self.init(milliseconds: try decoder.singleValueContainer().decode(Int64.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(milliseconds)
  }
}
