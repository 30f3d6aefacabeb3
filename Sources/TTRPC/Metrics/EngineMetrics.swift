import Metrics

/// What the engine counts, all connections of a server together.
///
/// The engine calls these at most a few times for each read, with what the read came to.
final class EngineMetrics: Sendable {
  private let limits: [ServerLimit: Counter]

  init() {
    limits = Dictionary(
      uniqueKeysWithValues: ServerLimit.allCases.map { limit in
        (
          limit,
          Counter(label: "wardline_limit_reached_total", dimensions: [("limit", limit.rawValue)])
        )
      }
    )
  }

  /// Somebody wanted more than the limit allows.
  func limitReached(_ limit: ServerLimit) { limits[limit]?.increment() }
  /// A frame against the protocol.
  func violation() {}
  func connectionOpened() {}
  func connectionClosed() {}
  /// What one read brought.
  func received(frames: Int, bytes: Int) {}
  /// What one write took away, and what still waits for the peer after it.
  func sent(frames: Int, bytes: Int, waiting: Int) {}
  /// Changes of the streams that are open and the handlers that run.
  func streamsChanged(by streams: Int, handlersBy handlers: Int) {}
  /// A message had to wait because the peer has not granted enough.
  func windowStalled() {}
}
