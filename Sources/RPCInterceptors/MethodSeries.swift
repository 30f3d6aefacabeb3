import Metrics
import PrometheusMetrics
import RPC

/// The series of one method, made once.
final class MethodSeries: Sendable {
  private let starts: Counter
  /// Without swift-metrics' `Timer` around it, which takes one value at a time.
  private let latency: any TimerHandler
  /// By the number of the code; the last is for numbers without a name.
  private let ends: [Counter]

  init(_ method: MethodDescriptor, _ factory: any MetricsFactory) {
    let name = ("method", method.fullName)
    starts = Counter(label: "wardline_calls_started_total", dimensions: [name], factory: factory)
    latency = factory.makeTimer(label: "wardline_call_seconds", dimensions: [name])
    let codes = (0...16).map { StatusCode(rawValue: $0).description } + ["OTHER"]
    ends = codes.map {
      Counter(label: "wardline_calls_total", dimensions: [name, ("code", $0)], factory: factory)
    }
  }

  func started(_ count: Int) { starts.increment(by: count) }

  /// Counts calls that have ended after the same time.
  func ended(_ status: StatusCode, _ count: Int, after nanoseconds: Int64) {
    if let latency = latency as? any RepeatedTimerHandler {
      latency.recordNanoseconds(nanoseconds, times: count)
    } else {
      for _ in 0..<count { latency.recordNanoseconds(nanoseconds) }
    }
    let index = Int(status.rawValue)
    ends[ends.indices.contains(index) ? index : ends.count - 1].increment(by: count)
  }
}
