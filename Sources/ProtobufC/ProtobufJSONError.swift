/// Why JSON is not a message of a type, in words for whoever wrote it.
public struct ProtobufJSONError: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String

  package init(_ description: String) {
    self.description = description
  }
}
