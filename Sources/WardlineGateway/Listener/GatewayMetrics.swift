import Metrics
import ServerEngine

/// What the HTTP listeners count, all together. Every series exists from the start, so that a first
/// event is seen as a change from 0; nothing that a client chooses becomes a label.
final class GatewayMetrics: Sendable {
  /// A route of the table or of the web app, as it is shown.
  struct RouteName: Hashable, Sendable {
    let verb: String
    let template: String

    /// What no route answers.
    static let none = RouteName(verb: "none", template: "none")
  }

  private struct Route {
    let classes: [Counter]
    let seconds: Timer
  }

  private let routes: [RouteName: Route]
  private let connections: Meter
  private let connectionsOpened: Counter
  private let streams: [EventStreams.Kind: Meter]
  private let limits: [GatewayLimit: Counter]

  init(_ names: [RouteName], _ factory: any MetricsFactory) {
    let named = (names + [.none]).map { ($0, Self.route($0, factory)) }
    routes = Dictionary(named) { first, _ in first }
    connections = Meter(label: "wardline_http_connections", factory: factory)
    connectionsOpened = Counter(label: "wardline_http_connections_total", factory: factory)
    let streams = EventStreams.Kind.allCases.map { kind in
      let labels = [("kind", kind.rawValue)]
      return (
        kind,
        Meter(label: "wardline_http_event_streams", dimensions: labels, factory: factory)
      )
    }
    self.streams = Dictionary(uniqueKeysWithValues: streams)
    let limits = GatewayLimit.allCases.map { limit in
      let labels = [("limit", limit.rawValue)]
      let name = "wardline_http_limit_reached_total"
      return (limit, Counter(label: name, dimensions: labels, factory: factory))
    }
    self.limits = Dictionary(uniqueKeysWithValues: limits)
    for gauge in [connections] + self.streams.values { gauge.increment(by: 0) }
  }

  private static func route(_ name: RouteName, _ factory: any MetricsFactory) -> Route {
    let labels = [("route", name.template), ("method", name.verb)]
    let classes = (1...5).map { digit in
      Counter(
        label: "wardline_http_requests_total",
        dimensions: labels + [("status", "\(digit)xx")],
        factory: factory
      )
    }
    let seconds = Timer(
      label: "wardline_http_request_seconds",
      dimensions: labels,
      factory: factory
    )
    return Route(classes: classes, seconds: seconds)
  }

  /// A request was answered.
  ///
  /// - Parameter duration: from its header to the header of the answer.
  func answered(_ name: RouteName, status: Int, in duration: Duration) {
    guard let route = routes[name] ?? routes[.none] else { return }
    if (1...5).contains(status / 100) { route.classes[status / 100 - 1].increment() }
    let (seconds, attoseconds) = duration.components
    route.seconds.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }

  func connectionOpened() {
    connections.increment(by: 1)
    connectionsOpened.increment()
  }

  func connectionClosed() { connections.decrement(by: 1) }

  func streamOpened(_ kind: EventStreams.Kind) { streams[kind]?.increment(by: 1) }

  func streamClosed(_ kind: EventStreams.Kind) { streams[kind]?.decrement(by: 1) }

  /// Somebody wanted more than the limit allows.
  func limitReached(_ limit: GatewayLimit) { limits[limit]?.increment() }
}

/// The limits of the HTTP listeners that are counted, by their names in the settings.
enum GatewayLimit: String, Sendable, CaseIterable, ListenerLimit {
  case connections
  case connectionsPerAddress = "connections-per-address"
  case connectionsPerAddressPerSecond = "connections-per-address-per-second"
  case eventStreamsPerUser = "event-streams-per-user"
  case bodySpeed = "body-bytes-per-second"
  case idle = "idle-seconds"
  case unread = "unread-seconds"
}
