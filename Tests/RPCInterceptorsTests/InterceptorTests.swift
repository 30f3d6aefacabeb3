import Logging
import Metrics
import NIOCore
import PrometheusMetrics
import RPC
import RPCInterceptors
import Synchronization
import Testing

@Suite("The interceptors that every server has")
struct InterceptorTests {
  private let calls = CallFixture()

  // MARK: Metrics

  @Test("calls are counted by method and code, each method from the start")
  func counted() {
    let registry = PrometheusRegistry()
    let metrics = MetricsInterceptor(calls.methods, metrics: registry)
    #expect(registry.text().contains(#"wardline_calls_total{code="OK",method="x.Chat/Send"} 0"#))
    let now = NIODeadline.now()
    metrics.tallied(CallTally(calls.unary, started: 5, ended: 4, startedAt: now))
    metrics.tallied(CallTally(calls.unary, ended: 1, status: .notFound, startedAt: now))
    metrics.tallied(CallTally(calls.stream, started: 1, startedAt: now))
    let text = registry.text()
    for line in [
      #"wardline_calls_started_total{method="x.Chat/Send"} 5"#,
      #"wardline_calls_started_total{method="x.Chat/Watch"} 1"#,
      #"wardline_calls_total{code="OK",method="x.Chat/Send"} 4"#,
      #"wardline_calls_total{code="NOT_FOUND",method="x.Chat/Send"} 1"#,
      #"wardline_call_seconds_count{method="x.Chat/Send"} 5"#,
      "wardline_calls_running 1",
    ] {
      #expect(text.contains("\(line)\n"), "\(line)")
    }
  }

  @Test("codes without a name share one series, and unknown methods have none")
  func unknown() {
    let registry = PrometheusRegistry()
    let metrics = MetricsInterceptor(calls.methods, metrics: registry)
    let now = NIODeadline.now()
    for code in [17, -1, 9999] as [Int32] {
      let status = StatusCode(rawValue: code)
      metrics.tallied(CallTally(calls.unary, ended: 1, status: status, startedAt: now))
    }
    let stranger = MethodDescriptor(service: "no", name: "Such", kind: .unary)
    metrics.tallied(CallTally(stranger, ended: 1, startedAt: now))
    let text = registry.text()
    #expect(text.contains(#"wardline_calls_total{code="OTHER",method="x.Chat/Send"} 3"#))
    #expect(!text.contains("Such"))
  }

  @Test("a timer that takes one value at a time gets each of a tally")
  func plainTimer() {
    let metrics = KeptTimers()
    MetricsInterceptor(calls.methods, metrics: metrics)
      .tallied(CallTally(calls.unary, started: 3, ended: 3, startedAt: NIODeadline.now()))
    #expect(metrics.recorded == 3)
  }

  // MARK: Access log

  @Test("a line says who called what and how it ended, and holds no metadata")
  func line() {
    let lines = KeptLog.Lines()
    let logger = Logger(label: "access") { _ in KeptLog(lines: lines) }
    let log = AccessLog(logger, now: { .uptimeNanoseconds(1_002_500_000) })
    var context = calls.context(calls.unary)
    context.identity = Somebody()
    context.traffic.receivedBytes = 12
    context.traffic.sentBytes = 34
    _ = log.admit(&context)
    log.ended(context, status: .permissionDenied)
    #expect(
      lines.all == [
        "call code=PERMISSION_DENIED method=x.Chat/Send microseconds=2500 peer=10.0.0.1:5 "
          + "received=12 sent=34 subject=amara"
      ]
    )
    context.identity = nil
    log.ended(context, status: .ok)
    #expect(lines.all.last?.contains("subject") == false)
    #expect(!lines.all.joined().contains("secret"))
  }

  @Test("above level info nothing is written")
  func quiet() {
    let lines = KeptLog.Lines()
    var logger = Logger(label: "access") { _ in KeptLog(lines: lines) }
    logger.logLevel = .notice
    AccessLog(logger).ended(calls.context(calls.unary), status: .ok)
    #expect(lines.all.isEmpty)
  }

  // MARK: Deadlines

  /// The deadline of a call after it was let in, in seconds from its start.
  private func seconds(
    _ cap: DeadlineCap,
    _ method: MethodDescriptor,
    _ deadline: TimeAmount?
  ) -> Int64? {
    let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
    var context = calls.context(method, deadline: deadline.map { start + $0 }, startedAt: start)
    guard case .proceed = cap.admit(&context) else { return -1 }
    return context.deadline.map { ($0 - start).nanoseconds / 1_000_000_000 }
  }

  @Test("unary calls get a deadline or keep an earlier one; streams keep theirs")
  func deadlines() {
    let cap = DeadlineCap(unary: .init(withoutDeadline: .seconds(60), longest: .seconds(600)))
    #expect(seconds(cap, calls.unary, nil) == 60)
    #expect(seconds(cap, calls.unary, .seconds(5)) == 5)
    #expect(seconds(cap, calls.unary, .seconds(600)) == 600)
    #expect(seconds(cap, calls.unary, .seconds(601)) == 600)
    #expect(seconds(cap, calls.stream, nil) == nil)
    #expect(seconds(cap, calls.stream, .hours(9)) == 32_400)
  }

  @Test("a method's own rule goes before, for streams too")
  func rules() {
    let cap = DeadlineCap(
      unary: .init(withoutDeadline: .seconds(60)),
      rules: [
        (calls.unary, .init(longest: .seconds(1))),
        (calls.stream, .init(withoutDeadline: .seconds(9))),
      ]
    )
    #expect(seconds(cap, calls.unary, nil) == nil)
    #expect(seconds(cap, calls.unary, .seconds(2)) == 1)
    #expect(seconds(cap, calls.stream, nil) == 9)
  }
}

private final class Somebody: CallerIdentity {
  let subject = "amara"
}

/// Metrics that count what timers record and forget the rest.
private final class KeptTimers: MetricsFactory {
  private final class Recording: TimerHandler {
    let count = Atomic<Int>(0)
    func recordNanoseconds(_ duration: Int64) { count.add(1, ordering: .relaxed) }
  }

  private let timer = Recording()
  private let nothing = NOOPMetricsHandler.instance

  var recorded: Int { timer.count.load(ordering: .relaxed) }

  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler { timer }
  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    nothing.makeCounter(label: label, dimensions: dimensions)
  }
  func makeRecorder(
    label: String,
    dimensions: [(String, String)],
    aggregate: Bool
  ) -> any RecorderHandler {
    nothing.makeRecorder(label: label, dimensions: dimensions, aggregate: aggregate)
  }
  func destroyTimer(_ handler: any TimerHandler) {}
  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
}
