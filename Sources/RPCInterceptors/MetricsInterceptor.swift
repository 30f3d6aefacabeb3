public import Metrics
import NIOCore
public import RPC

/// Counts calls through swift-metrics: `wardline_calls_started_total{method}`,
/// `wardline_calls_total{method,code}`, `wardline_call_seconds{method}` and `wardline_calls_running`.
///
/// Calls are counted in tallies: a look-up, a reading of the clock and a few additions for all calls
/// of a read that are alike. So the latency of a call that is answered at once runs from the read
/// that brought it to the write that takes its answer away, which is what its caller sees.
///
/// It hears of calls that other interceptors refuse, wherever it stands among them.
public final class MetricsInterceptor: ServerInterceptor {
  private let series: IdentityTable<MethodSeries>
  private let running: Meter

  /// - Parameters:
  ///   - methods: everything that the server serves: each has its series from the start.
  ///   - metrics: where to count; what the process has set up for everybody by default.
  public init(
    _ methods: [ServerMethod],
    metrics: any MetricsFactory = MetricsSystem.factory
  ) {
    series = IdentityTable(
      methods.map { (key: $0.descriptor, value: MethodSeries($0.descriptor, metrics)) }
    )
    running = Meter(label: "wardline_calls_running", factory: metrics)
    running.increment(by: 0)
  }

  public func admit(_ context: inout ServerContext) -> Admission { .proceed }

  public func tallied(_ tally: CallTally) {
    guard let series = series[ObjectIdentifier(tally.method)] else { return }
    if tally.started > 0 { series.started(tally.started) }
    if tally.ended > 0 {
      series.ended(
        tally.status,
        tally.ended,
        after: (NIODeadline.now() - tally.startedAt).nanoseconds
      )
    }
    let change = tally.started - tally.ended
    if change != 0 { running.increment(by: Double(change)) }
  }
}
