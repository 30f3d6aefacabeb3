/// What somebody has left of a rate limit, in one number: the time when all of the burst is back.
///
/// It keeps no clock: whoever asks says what time it is, in nanoseconds that only grow.
public struct TokenBucket: Sendable, Hashable {
  private var fullAt: Int64 = .min

  public init() {}

  /// Takes one.
  ///
  /// - Returns: nil when there was one, else the nanoseconds until there is; nothing is taken then.
  public mutating func take(_ limit: RateLimit, at now: Int64) -> Int64? {
    let interval = limit.interval
    let next = max(fullAt, now) + interval
    let wait = next - now - interval * Int64(limit.burst)
    if wait > 0 { return wait }
    fullAt = next
    return nil
  }

  /// Gives one back that was taken.
  public mutating func giveBack(_ limit: RateLimit) {
    if fullAt > .min { fullAt -= limit.interval }
  }

  /// Whether it is as good as a new one.
  public func isFull(at now: Int64) -> Bool { fullAt <= now }
}
