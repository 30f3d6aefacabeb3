public import Metrics
import Synchronization

/// A backend of swift-metrics that keeps its values in memory and prints them in the text format of
/// Prometheus, version 0.0.4.
///
/// Counters stay counters, meters and recorders that do not aggregate are gauges, timers are
/// histograms in seconds and other recorders histograms of what was recorded. Two handles of the
/// same label and dimensions share one value. Memory is bounded: what comes beyond the limits is
/// not kept, and counted in `metrics_series_refused_total`.
public final class PrometheusRegistry: Sendable {
  /// How much a registry keeps.
  public struct Limits: Sendable {
    /// Names of metrics.
    public var families = 500
    /// Combinations of label values of one name.
    public var seriesPerFamily = 10_000
    /// Unicode scalars of a label's value; the rest is cut off.
    public var labelValueLength = 128

    public init() {}
  }

  /// Bounds for timers in seconds, from 10 µs to 10 s.
  public static let durations: [Double] = [
    0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025,
    0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  ]
  /// Bounds for recorders in bytes, from 0 to 64 MiB.
  public static let sizes: [Double] = [
    0, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
  ]

  struct State {
    var families: [String: MetricFamily] = [:]
    var updates: [@Sendable () -> Void] = []
    var refused = 0
  }

  private let state = Mutex(State())
  private let descriptions: [String: MetricDescription]
  private let limits: Limits

  public init(_ descriptions: [MetricDescription] = [], limits: Limits = Limits()) {
    self.descriptions = Dictionary(
      descriptions.map { (MetricName.metric($0.name), $0) },
      uniquingKeysWith: { first, _ in first }
    )
    self.limits = limits
  }

  /// Calls back before each text, to set what is not worth counting as it happens.
  public func beforeText(_ update: @escaping @Sendable () -> Void) {
    state.withLock { $0.updates.append(update) }
  }

  /// The names of the metrics that have a value, in order.
  public var names: [String] { state.withLock { $0.families.keys.sorted() } }

  /// Everything as Prometheus reads it.
  public func text() -> String {
    let updates = state.withLock { $0.updates }
    for update in updates { update() }
    let (families, refused) = state.withLock { state in
      (state.families.sorted { $0.key < $1.key }, state.refused)
    }
    var text = PrometheusText()
    for (name, family) in families { text.append(name, family) }
    if refused > 0 { text.appendRefused(refused) }
    return text.text
  }

  /// What a response with that text says it is.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// The value for a label and dimensions: the one that is there, else a new one; beyond the limits,
  /// or where the name belongs to another kind, one that nobody sees.
  func cell<Cell: MetricCell>(
    _ label: String,
    _ dimensions: [(String, String)],
    _ kind: MetricKind,
    make: ([Double]) -> Cell
  ) -> Cell {
    let name = MetricName.metric(label)
    let labels = MetricLabels(dimensions, valueLength: limits.labelValueLength).text
    let description = descriptions[name]
    let bounds =
      description?.buckets ?? (kind == .histogram(.seconds) ? Self.durations : Self.sizes)
    return state.withLock { state in
      let family = state.families[name]
      if let family, family.kind == kind, let cell = family.series[labels] as? Cell { return cell }
      let cell = make(bounds)
      let hasRoom =
        family.map { $0.kind == kind && $0.series.count < limits.seriesPerFamily }
        ?? (state.families.count < limits.families)
      guard hasRoom else {
        state.refused += 1
        return cell
      }
      let empty = MetricFamily(kind: kind, help: description?.help)
      state.families[name, default: empty].series[labels] = cell
      return cell
    }
  }

  /// Forgets a value that nobody counts any more.
  func remove(_ handler: AnyObject) {
    state.withLock { state in
      for (name, family) in state.families {
        guard let key = family.series.first(where: { $0.value === handler })?.key else { continue }
        state.families[name]?.series[key] = nil
        if family.series.count == 1 { state.families[name] = nil }
        return
      }
    }
  }
}

extension PrometheusRegistry: MetricsFactory {
  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    cell(label, dimensions, .counter) { _ in CounterCell() }
  }

  public func makeFloatingPointCounter(
    label: String,
    dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    cell(label, dimensions, .counter) { _ in FloatingCounterCell() }
  }

  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    cell(label, dimensions, .gauge) { _ in GaugeCell() }
  }

  public func makeRecorder(
    label: String,
    dimensions: [(String, String)],
    aggregate: Bool
  ) -> any RecorderHandler {
    aggregate
      ? cell(label, dimensions, .histogram(.one)) { HistogramCell(bounds: $0, unit: .one) }
      : cell(label, dimensions, .gauge) { _ in GaugeCell() }
  }

  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    cell(label, dimensions, .histogram(.seconds)) { HistogramCell(bounds: $0, unit: .seconds) }
  }

  public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
    remove(handler)
  }
  public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
  public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
  public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }
}
