/// How a conversation is composed. The raw value is how it is stored.
public enum ConversationType: String, Hashable, Sendable, CaseIterable, Codable {
  /// Exactly two users; there is one per pair.
  case direct
  case group
  case support
  case broadcast
}
