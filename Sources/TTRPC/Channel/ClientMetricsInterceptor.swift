public import Metrics
public import RPC
import Synchronization

/// Counts the calls of a client through swift-metrics: `wardline_client_calls_total{method,code}`,
/// `wardline_client_call_seconds{method}` from begin to end with every wait, and
/// `wardline_client_retries_total{method}`, the attempts after a call's first.
public final class ClientMetricsInterceptor: ClientInterceptor {
  private struct Name: Hashable {
    let service: String
    let method: String
  }

  /// The counters of one method, made when they are first needed.
  private struct Series {
    let seconds: Timer
    let retries: Counter
    var codes: [StatusCode: Counter] = [:]
  }

  private let factory: (any MetricsFactory)?
  private let series = Mutex<[Name: Series]>([:])

  /// - Parameter factory: where metrics go; nil takes the one of the process.
  public init(factory: (any MetricsFactory)? = nil) {
    self.factory = factory
  }

  public func start(_ context: inout ClientContext) -> ClientAdmission { .proceed }

  public func ended(_ context: ClientContext, _ outcome: ClientOutcome) {
    let (series, calls) = counters(context.method, outcome.status)
    calls.increment()
    series.seconds.recordNanoseconds(outcome.duration.nanoseconds)
    if outcome.attempts > 1 { series.retries.increment(by: outcome.attempts - 1) }
  }

  private func counters(_ method: MethodDescriptor, _ code: StatusCode) -> (Series, Counter) {
    self.series.withLock { all in
      let key = Name(service: method.service, method: method.name)
      var series = all[key] ?? make(method)
      let calls = series.codes[code] ?? make(method, code)
      series.codes[code] = calls
      all[key] = series
      return (series, calls)
    }
  }

  private func make(_ method: MethodDescriptor) -> Series {
    let dimensions = [("method", method.fullName)]
    let factory = factory ?? MetricsSystem.factory
    return Series(
      seconds: Timer(
        label: "wardline_client_call_seconds",
        dimensions: dimensions,
        factory: factory
      ),
      retries: Counter(
        label: "wardline_client_retries_total",
        dimensions: dimensions,
        factory: factory
      )
    )
  }

  private func make(_ method: MethodDescriptor, _ code: StatusCode) -> Counter {
    Counter(
      label: "wardline_client_calls_total",
      dimensions: [("method", method.fullName), ("code", code.description)],
      factory: factory ?? MetricsSystem.factory
    )
  }
}
