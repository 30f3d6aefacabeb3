import Histogram
import NIOCore

/// Counts what the connections of one loop see. It never leaves that loop.
final class LoadRecorder {
  private(set) var answers = 0
  private(set) var failures = 0
  private(set) var connectionsLost = 0
  private(set) var greetingsRefused = 0
  private(set) var latencies = Histogram<UInt64>(
    highestTrackableValue: UInt64(TimeAmount.minutes(10).nanoseconds)
  )
  private let loop: any EventLoop
  private var begin: NIODeadline
  private var isCounting = false
  private let answersMax: Int?
  private let full: EventLoopPromise<Void>?

  /// - Parameters:
  ///   - answersMax: how many answers are enough.
  ///   - full: told when there are as many.
  init(on loop: any EventLoop, answersMax: Int? = nil, full: EventLoopPromise<Void>? = nil) {
    self.loop = loop
    self.answersMax = answersMax
    self.full = full
    begin = loop.now
  }

  func start() {
    begin = loop.now
    isCounting = true
  }

  /// - Returns: the seconds since `start`.
  func stop() -> Double {
    isCounting = false
    return Double((loop.now - begin).nanoseconds) / 1e9
  }

  func answered(after latency: TimeAmount, isFailure: Bool) {
    guard isCounting else { return }
    answers += 1
    if isFailure { failures += 1 }
    if answers == answersMax { full?.succeed() }
    // A value beyond the range, ten minutes, is lost; no run is as long.
    _ = latencies.record(UInt64(max(latency.nanoseconds, 0)))
  }

  func connectionLost() { connectionsLost += 1 }
  func greetingRefused() { greetingsRefused += 1 }
}
