public import Metrics
public import NIOCore
public import RPC

/// Counts calls through swift-metrics: `wardline_calls_started_total{method}`,
/// `wardline_calls_total{method,code}`, `wardline_call_seconds{method}` and `wardline_calls_running`.
///
/// A call costs two look-ups by address and two entries in lists that belong to its event loop. The
/// lists become counters when the connection has handed over its answers: the clock is read once for
/// all calls of a read, and neighbours with the same outcome are counted in one go. So the latency
/// of a call that is answered at once runs from the read that brought it to the write that takes
/// its answer away, which is what its caller sees.
///
/// Put it first, so that it also sees calls that others refuse.
public final class MetricsInterceptor: ServerInterceptor {
  private let methods: IdentityTable<Int>
  private let series: [MethodSeries]
  private let loops: IdentityTable<LoopCalls>
  private let running: Meter

  /// - Parameters:
  ///   - methods: everything that the server serves: each has its series from the start.
  ///   - group: the loops of the server's connections.
  ///   - metrics: where to count; what the process has set up for everybody by default.
  public init(
    _ methods: [ServerMethod],
    on group: any EventLoopGroup,
    metrics: any MetricsFactory = MetricsSystem.factory
  ) {
    series = methods.map { MethodSeries($0.descriptor, metrics) }
    running = Meter(label: "wardline_calls_running", factory: metrics)
    self.methods = IdentityTable(
      methods.enumerated().map { (key: $0.element.descriptor, value: $0.offset) }
    )
    loops = IdentityTable(group.makeIterator().map { (key: $0, value: LoopCalls($0)) })
    running.increment(by: 0)
  }

  public func admit(_ context: inout ServerContext) -> Admission {
    if let method = methods[ObjectIdentifier(context.method)],
      let calls = loops[ObjectIdentifier(context.connection.eventLoop)],
      calls.started(method)
    {
      publish(calls)
    }
    return .proceed
  }

  public func ended(_ context: ServerContext, status: StatusCode) {
    if let method = methods[ObjectIdentifier(context.method)],
      let calls = loops[ObjectIdentifier(context.connection.eventLoop)],
      calls.ended(method, status, startedAt: context.startedAt)
    {
      publish(calls)
    }
  }

  public func passEnded(_ connection: ConnectionContext) {
    guard let calls = loops[ObjectIdentifier(connection.eventLoop)], !calls.isEmpty else { return }
    publish(calls)
  }

  private func publish(_ calls: LoopCalls) {
    let change = calls.drain(into: series, now: .now())
    if change != 0 { running.increment(by: Double(change)) }
  }
}
