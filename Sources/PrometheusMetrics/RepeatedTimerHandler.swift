public import Metrics

/// A timer that takes many equal values at the price of one.
///
/// swift-metrics has no such call; who has many equal values looks whether its handler is one of
/// these.
public protocol RepeatedTimerHandler: TimerHandler {
  /// Records a duration in nanoseconds as often as told; `times` below 1 records nothing.
  func recordNanoseconds(_ duration: Int64, times: Int)
}
