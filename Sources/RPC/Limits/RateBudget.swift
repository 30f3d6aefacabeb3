/// How often something may happen: so many times at once, and so many a second in the long run.
///
/// It keeps no clock: whoever asks says what time it is, in nanoseconds that only grow.
package struct RateBudget: Sendable, Hashable {
  package let burst: Int
  package let perSecond: Int

  private var spent: Int64 = 0
  private var lastTime: Int64?
  /// How often it has happened in all.
  package private(set) var total = 0

  /// - Parameters:
  ///   - burst: times at once, 1 or more.
  ///   - perSecond: times that come back each second, 0 or more.
  package init(burst: Int, perSecond: Int) {
    self.burst = max(1, min(burst, Self.countMax))
    self.perSecond = max(0, min(perSecond, Self.countMax))
  }

  /// Counts one more.
  ///
  /// - Returns: false when that is one too many; it is not counted then.
  package mutating func spend(at time: Int64) -> Bool {
    guard hasRoom(at: time) else { return false }
    spent += Self.unit
    total += 1
    return true
  }

  /// Whether it may happen once more.
  package mutating func hasRoom(at time: Int64) -> Bool {
    refill(at: time)
    // One unit is a billionth, so that what comes back in a nanosecond is a whole number.
    return spent + Self.unit <= Int64(burst) * Self.unit
  }

  /// Whether no more than the burst has happened in all, so that time has given nothing back yet.
  package var isWithinFirstBurst: Bool { total <= burst }

  private mutating func refill(at time: Int64) {
    defer { lastTime = max(time, lastTime ?? time) }
    guard let lastTime, time > lastTime, perSecond > 0 else { return }
    let (back, overflow) = (time - lastTime).multipliedReportingOverflow(by: Int64(perSecond))
    spent = overflow ? 0 : max(0, spent - back)
  }

  private static let unit: Int64 = 1_000_000_000
  /// Above this the arithmetic would overflow, and a limit would be none.
  private static let countMax = 1_000_000_000
}
