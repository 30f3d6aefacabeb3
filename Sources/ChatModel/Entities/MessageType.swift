/// What a message carries. The raw value is how it is stored.
public enum MessageType: String, Hashable, Sendable, CaseIterable, Codable {
  case text
  case file
  case image
  /// Written by the server about the conversation.
  case system
  case call
}
