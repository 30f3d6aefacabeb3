/// How long to wait before the next attempt to connect: longer after each failure up to a limit,
/// and by chance a little shorter, so that the clients of a server that went away do not all come
/// back in the same instant.
public struct ReconnectDelay: Sendable, Hashable {
  /// The wait after the first failure.
  public var initial: Duration
  /// No wait is longer than this.
  public var maximum: Duration
  /// By what the wait grows with each failure.
  public var factor: Double
  /// The part of a wait that is left to chance: 0 for none, 1 for all of it.
  public var jitter: Double

  public init(
    initial: Duration = .milliseconds(100),
    maximum: Duration = .seconds(10),
    factor: Double = 2,
    jitter: Double = 0.5
  ) {
    self.initial = max(.zero, initial)
    self.maximum = max(self.initial, maximum)
    self.factor = max(1, factor)
    self.jitter = min(1, max(0, jitter))
  }

  /// The longest wait after that many failures in a row, before chance shortens it.
  ///
  /// - Parameter failures: 1 after the first one; 0 or less means that there is nothing to wait for.
  public func longest(afterFailures failures: Int) -> Duration {
    if failures <= 0 { return .zero }
    var delay = initial
    for _ in 1..<failures {
      delay = delay * factor
      if delay >= maximum { return maximum }
    }
    return min(delay, maximum)
  }

  /// The wait after that many failures in a row.
  public func delay(
    afterFailures failures: Int,
    using generator: inout some RandomNumberGenerator
  ) -> Duration {
    let longest = longest(afterFailures: failures)
    if jitter == 0 { return longest }
    return longest * (1 - jitter * Double.random(in: 0...1, using: &generator))
  }
}
