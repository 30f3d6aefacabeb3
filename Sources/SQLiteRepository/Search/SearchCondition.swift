/// How the full-text index stands beside the log.
public struct SearchCondition: Hashable, Sendable {
  /// Events that are in the log and not in the index.
  public var lag: Int64
  /// For how long the oldest of them has been in the log.
  public var age: Duration
  /// Whether it could not be written the last time.
  public var isFailing: Bool
  /// Whether it is being made, so that older messages are not found.
  public var isCatchingUp: Bool
}
