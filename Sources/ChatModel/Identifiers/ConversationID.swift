/// The name of a conversation: 41 bits of time and 22 random bits.
///
/// Later conversations get greater identifiers, which keeps rows that are used together close, and
/// the random part keeps identifiers from being guessed by counting.
public struct ConversationID: Hashable, Sendable {
  /// The number as it is stored, greater than zero.
  public let rawValue: Int64

  /// 2020-01-01T00:00:00Z: 41 bits from here last until 2089.
  private static let epoch = Timestamp(milliseconds: 1_577_836_800_000)
  private static let randomBits: Int64 = 22

  /// Takes a stored number, or returns nil if it is not positive.
  public init?(rawValue: Int64) {
    guard rawValue > 0 else { return nil }
    self.rawValue = rawValue
  }

  /// Parses the 13 characters that `description` gives, and nothing else.
  public init?(_ text: String) {
    guard let value = CrockfordBase32.decode(text), let number = Int64(exactly: value) else {
      return nil
    }
    self.init(rawValue: number)
  }

  /// Makes a new identifier for a conversation that starts at `time`.
  ///
  /// Times outside 2020...2089 are moved to the nearer end. Two calls within one millisecond give
  /// the same result once in four million: whoever stores it tries again.
  public static func generate(
    at time: Timestamp,
    using generator: inout some RandomNumberGenerator
  ) -> ConversationID {
    let elapsed = min(max(time.milliseconds - epoch.milliseconds, 0), (1 << 41) - 1)
    let random = Int64.random(in: 1..<(1 << randomBits), using: &generator)
    return ConversationID(unchecked: elapsed << randomBits | random)
  }

  private init(unchecked rawValue: Int64) { self.rawValue = rawValue }
}

extension ConversationID: Comparable, CustomStringConvertible {
  public static func < (lhs: ConversationID, rhs: ConversationID) -> Bool {
    lhs.rawValue < rhs.rawValue
  }

  /// 13 characters of lower-case Crockford base 32.
  public var description: String { CrockfordBase32.encode(UInt64(bitPattern: rawValue)) }
}
