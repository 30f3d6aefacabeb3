/// Time that only goes forward, whatever is done to the machine's clock, and a way to be called
/// later. What is ephemeral lives by it, so that a clock that is set back keeps nobody typing.
public protocol Timekeeper: Sendable {
  /// Time since some moment that stays the same.
  var now: Duration { get }
  /// Calls once, when `delay` has passed, wherever it likes. `work` does not block.
  func call(after delay: Duration, _ work: @escaping @Sendable () -> Void)
}

/// Remembers for when a call was asked, so that a thing that is due soon is asked for once.
struct WakeUp {
  private var plannedFor: Duration?

  /// Something is due then.
  ///
  /// - Returns: how long to wait before looking; nil when a look is planned that comes early enough.
  mutating func plan(for due: Duration?, now: Duration) -> Duration? {
    guard let due else { return nil }
    if let plannedFor, plannedFor <= due { return nil }
    plannedFor = due
    return max(due - now, .zero)
  }

  /// A look is being taken.
  mutating func cameUp(at now: Duration) {
    if let plannedFor, plannedFor <= now { self.plannedFor = nil }
  }
}
