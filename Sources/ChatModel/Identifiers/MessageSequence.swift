/// The number of a message in its conversation: 1, 2, 3 … without gaps.
///
/// Zero stands before the first message, which is where a watermark starts.
public struct MessageSequence: Hashable, Sendable {
  public let rawValue: Int64

  /// Before the first message.
  public static let zero = MessageSequence(unchecked: 0)

  /// Takes a number, or returns nil if it is negative.
  public init?(rawValue: Int64) {
    guard rawValue >= 0 else { return nil }
    self.rawValue = rawValue
  }

  /// The number of the message after this one.
  public var next: MessageSequence { MessageSequence(unchecked: rawValue + 1) }

  private init(unchecked rawValue: Int64) { self.rawValue = rawValue }
}

extension MessageSequence: Comparable, CustomStringConvertible {
  public static func < (lhs: MessageSequence, rhs: MessageSequence) -> Bool {
    lhs.rawValue < rhs.rawValue
  }

  public var description: String { String(rawValue) }
}
