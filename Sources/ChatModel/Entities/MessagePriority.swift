/// How soon a message wants to be seen. The raw value is how it travels in stored answers.
public enum MessagePriority: String, Hashable, Sendable, CaseIterable, Codable {
  case routine
  /// Asks every recipient for an acknowledgement, which is more than having read it.
  case urgent
}
