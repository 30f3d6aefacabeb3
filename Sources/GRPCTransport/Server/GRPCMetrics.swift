import Metrics

/// What the engine counts, all connections of a gRPC server together. Every series exists from the
/// start, so that a first event is seen as a change from 0.
final class GRPCMetrics: Sendable {
  private let limits: [GRPCLimit: Counter]
  private let connections: Meter
  private let connectionsOpened: Counter
  private let streams: Meter
  private let windowStalls: Counter

  init(_ factory: any MetricsFactory) {
    limits = Dictionary(
      uniqueKeysWithValues: GRPCLimit.allCases.map { limit in
        let counter = Counter(
          label: "wardline_grpc_limit_reached_total",
          dimensions: [("limit", limit.rawValue)],
          factory: factory
        )
        return (limit, counter)
      }
    )
    connections = Meter(label: "wardline_grpc_connections", factory: factory)
    connectionsOpened = Counter(label: "wardline_grpc_connections_total", factory: factory)
    streams = Meter(label: "wardline_grpc_streams", factory: factory)
    windowStalls = Counter(label: "wardline_grpc_window_stalls_total", factory: factory)
    for gauge in [connections, streams] { gauge.increment(by: 0) }
  }

  /// Somebody wanted more than the limit allows.
  func limitReached(_ limit: GRPCLimit) { limits[limit]?.increment() }

  func connectionOpened() {
    connections.increment(by: 1)
    connectionsOpened.increment()
  }

  func connectionClosed() { connections.decrement(by: 1) }

  func streamsChanged(by change: Int) {
    if change != 0 { streams.increment(by: Double(change)) }
  }

  /// Messages had to wait because the peer has not granted enough.
  func windowStalled() { windowStalls.increment() }
}
