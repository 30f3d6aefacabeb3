import Metrics

/// What the engine counts, all connections of a server together.
///
/// The engine calls these at most a few times for each read, with what the read came to. Every
/// series exists from the start, so that a first event is seen as a change from 0.
final class EngineMetrics: Sendable {
  private struct Direction {
    let frames: Counter
    let bytes: Counter

    init(_ name: String, _ factory: any MetricsFactory) {
      let labels = [("direction", name)]
      frames = Counter(label: "wardline_frames_total", dimensions: labels, factory: factory)
      bytes = Counter(label: "wardline_bytes_total", dimensions: labels, factory: factory)
    }

    func add(_ frames: Int, _ bytes: Int) {
      if frames != 0 { self.frames.increment(by: frames) }
      if bytes != 0 { self.bytes.increment(by: bytes) }
    }
  }

  private let limits: [ServerLimit: Counter]
  private let violations: Counter
  private let connections: Meter
  private let connectionsOpened: Counter
  private let inbound: Direction
  private let outbound: Direction
  private let writeQueue: Recorder
  private let streams: Meter
  private let handlers: Meter
  private let windowStalls: Counter

  init(_ factory: any MetricsFactory) {
    func limit(_ name: String) -> Counter {
      Counter(
        label: "wardline_limit_reached_total",
        dimensions: [("limit", name)],
        factory: factory
      )
    }
    limits = Dictionary(
      uniqueKeysWithValues: ServerLimit.allCases.map { ($0, limit($0.rawValue)) }
    )
    violations = Counter(label: "wardline_violations_total", factory: factory)
    connections = Meter(label: "wardline_connections", factory: factory)
    connectionsOpened = Counter(label: "wardline_connections_total", factory: factory)
    inbound = Direction("in", factory)
    outbound = Direction("out", factory)
    writeQueue = Recorder(label: "wardline_write_queue_bytes", factory: factory)
    streams = Meter(label: "wardline_streams", factory: factory)
    handlers = Meter(label: "wardline_handlers", factory: factory)
    windowStalls = Counter(label: "wardline_window_stalls_total", factory: factory)
    for gauge in [connections, streams, handlers] { gauge.increment(by: 0) }
  }

  /// Somebody wanted more than the limit allows.
  func limitReached(_ limit: ServerLimit) { limits[limit]?.increment() }

  /// Frames against the protocol.
  func violated(_ count: Int) { violations.increment(by: count) }

  func connectionOpened() {
    connections.increment(by: 1)
    connectionsOpened.increment()
  }

  func connectionClosed() { connections.decrement(by: 1) }

  /// What one read brought.
  func received(frames: Int, bytes: Int) { inbound.add(frames, bytes) }

  /// What one write took away, and what still waits for the peer after it.
  func sent(frames: Int, bytes: Int, waiting: Int) {
    outbound.add(frames, bytes)
    writeQueue.record(waiting)
  }

  /// Changes of the streams that are open and the handlers that run.
  func streamsChanged(by streams: Int, handlersBy handlers: Int) {
    if streams != 0 { self.streams.increment(by: Double(streams)) }
    if handlers != 0 { self.handlers.increment(by: Double(handlers)) }
  }

  /// A message had to wait because the peer has not granted enough.
  func windowStalled() { windowStalls.increment() }
}
