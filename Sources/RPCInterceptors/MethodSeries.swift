import Metrics
import RPC

/// The series of one method, made once.
final class MethodSeries: Sendable {
  private let starts: Counter
  private let latency: Timer
  /// By the number of the code; the last is for numbers without a name.
  private let ends: [Counter]

  init(_ method: MethodDescriptor, _ factory: any MetricsFactory) {
    let name = ("method", method.fullName)
    starts = Counter(label: "wardline_calls_started_total", dimensions: [name], factory: factory)
    latency = Timer(label: "wardline_call_seconds", dimensions: [name], factory: factory)
    let codes = (0...16).map { StatusCode(rawValue: $0).description } + ["OTHER"]
    ends = codes.map {
      Counter(label: "wardline_calls_total", dimensions: [name, ("code", $0)], factory: factory)
    }
  }

  func started(_ count: Int) { starts.increment(by: count) }

  func took(_ nanoseconds: Int64) { latency.recordNanoseconds(nanoseconds) }

  func ended(_ status: StatusCode, _ count: Int) {
    let index = Int(status.rawValue)
    ends[ends.indices.contains(index) ? index : ends.count - 1].increment(by: count)
  }
}
