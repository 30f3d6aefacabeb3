/// How long to wait before the next attempt: longer after each failure up to a limit, and by chance
/// a little shorter, so that the clients of a server that went away do not all come back in the
/// same instant.
public struct Backoff: Sendable, Hashable {
  /// The wait after the first failure.
  public let initial: Duration
  /// No wait is longer than this.
  public let maximum: Duration
  /// By what the wait grows with each failure, 1 or more.
  public let factor: Double
  /// The part of a wait that is left to chance: 0 for none, 1 for all of it.
  public let jitter: Double

  /// Values out of range are cut to what makes sense.
  public init(
    initial: Duration = .milliseconds(100),
    maximum: Duration = .seconds(30),
    factor: Double = 1.6,
    jitter: Double = 0.2
  ) {
    self.initial = max(.zero, initial)
    self.maximum = max(self.initial, maximum)
    self.factor = factor > 1 ? factor : 1
    self.jitter = jitter > 0 ? min(1, jitter) : 0
  }

  /// The longest wait after that many failures in a row, before chance shortens it.
  ///
  /// - Parameter failures: 1 after the first one; 0 or less means that there is nothing to wait for.
  public func longest(afterFailures failures: Int) -> Duration {
    if failures <= 0 || initial == .zero { return .zero }
    var delay = initial
    for _ in 1..<failures {
      if factor == 1 || delay >= maximum { break }
      // Beside the maximum, so that no product is too large for a duration.
      delay = maximum / factor <= delay ? maximum : delay * factor
    }
    return min(delay, maximum)
  }

  /// The wait after that many failures in a row.
  public func delay(
    afterFailures failures: Int,
    using generator: inout some RandomNumberGenerator
  ) -> Duration {
    shortened(longest(afterFailures: failures), using: &generator)
  }

  /// A wait, by chance a little shorter.
  func shortened(
    _ wait: Duration,
    using generator: inout some RandomNumberGenerator
  ) -> Duration {
    if jitter == 0 { return wait }
    return wait * (1 - jitter * Double.random(in: 0...1, using: &generator))
  }
}
