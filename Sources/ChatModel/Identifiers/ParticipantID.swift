/// The name of a participant: one user's membership in one conversation.
///
/// The source documents call it `Sender_id`.
public struct ParticipantID: Hashable, Sendable {
  /// The number as it is stored, greater than zero.
  public let rawValue: Int64

  /// Takes a stored number, or returns nil if it is not positive.
  public init?(rawValue: Int64) {
    guard rawValue > 0 else { return nil }
    self.rawValue = rawValue
  }

  /// Parses a decimal number in its shortest form.
  public init?(_ text: String) {
    guard let number = Int64(text), String(number) == text else { return nil }
    self.init(rawValue: number)
  }
}

extension ParticipantID: Comparable, CustomStringConvertible {
  public static func < (lhs: ParticipantID, rhs: ParticipantID) -> Bool {
    lhs.rawValue < rhs.rawValue
  }

  public var description: String { String(rawValue) }
}
