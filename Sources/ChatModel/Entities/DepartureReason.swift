/// Why a participation ended. The raw value is how it is stored.
public enum DepartureReason: String, Hashable, Sendable, CaseIterable, Codable {
  /// He left by himself.
  case left
  /// Somebody removed him.
  case removed
  /// His care of the patient went over to somebody else.
  case handedOver = "handed_over"
  /// The user was deactivated.
  case deactivated
}
