/// The number of an event in the log. Positions only grow; zero stands before the first event.
public struct EventPosition: Hashable, Sendable {
  public let rawValue: Int64

  /// Before the first event.
  public static let zero = EventPosition(unchecked: 0)

  /// Takes a number, or returns nil if it is negative.
  public init?(rawValue: Int64) {
    guard rawValue >= 0 else { return nil }
    self.rawValue = rawValue
  }

  /// The position after this one.
  public var next: EventPosition { EventPosition(unchecked: rawValue + 1) }

  private init(unchecked rawValue: Int64) { self.rawValue = rawValue }
}

extension EventPosition: Comparable, CustomStringConvertible {
  public static func < (lhs: EventPosition, rhs: EventPosition) -> Bool {
    lhs.rawValue < rhs.rawValue
  }

  public var description: String { String(rawValue) }
}
