/// The time since the machine was started, which nobody can set.
public enum MonotonicTime {
  private static let start = ContinuousClock.now

  public static let now: @Sendable () -> Duration = { ContinuousClock.now - start }
}
