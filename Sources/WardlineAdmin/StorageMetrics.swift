import Metrics
public import PrometheusMetrics

/// What the storage says of itself, read when somebody asks.
public struct StorageMetrics: Sendable {
  /// One look at the storage.
  public struct Reading: Sendable {
    /// Events that are in the log and not in the search index.
    public var searchLagEvents: Int64
    /// For how long the oldest of them has been in the log.
    public var searchLag: Duration
    /// Whether the index could not be written the last time.
    public var isSearchFailing: Bool
    /// Records of the audit that wait for room on the disk.
    public var reservedAuditRecords: Int

    public init(
      searchLagEvents: Int64,
      searchLag: Duration,
      isSearchFailing: Bool,
      reservedAuditRecords: Int
    ) {
      self.searchLagEvents = searchLagEvents
      self.searchLag = searchLag
      self.isSearchFailing = isSearchFailing
      self.reservedAuditRecords = reservedAuditRecords
    }
  }

  private let lagEvents: Meter
  private let lagSeconds: Meter
  private let isFailing: Meter
  private let reserved: Meter

  private init(_ factory: any MetricsFactory) {
    lagEvents = Meter(label: "wardline_search_lag_events", factory: factory)
    lagSeconds = Meter(label: "wardline_search_lag_seconds", factory: factory)
    isFailing = Meter(label: "wardline_search_failing", factory: factory)
    reserved = Meter(label: "wardline_audit_reserved_records", factory: factory)
  }

  /// Has the registry read them before each text.
  public static func install(
    in registry: PrometheusRegistry,
    read: @escaping @Sendable () -> Reading
  ) {
    let metrics = StorageMetrics(registry)
    registry.beforeText { metrics.update(read()) }
  }

  private func update(_ reading: Reading) {
    lagEvents.set(reading.searchLagEvents)
    lagSeconds.set(reading.searchLag / .seconds(1))
    isFailing.set(reading.isSearchFailing ? 1 : 0)
    reserved.set(reading.reservedAuditRecords)
  }
}
