import Hummingbird
public import Logging
public import Metrics
import ServerEngine

/// What all listeners of a server have in common: the routes, the limits and what is counted.
public final class Gateway: Sendable {
  let face: GatewayFace
  /// What answers requests, whichever way they come.
  let responder: RouteResponder
  let metrics: GatewayMetrics
  let admission: ConnectionAdmission
  let logger: Logger

  var settings: GatewaySettings { face.settings }

  /// - Parameter metrics: where requests are counted.
  public init(
    _ face: GatewayFace,
    metrics: any MetricsFactory = NOOPMetricsHandler.instance,
    logger: Logger
  ) {
    self.face = face
    self.logger = logger
    let settings = face.settings
    let table = RouteTable(Routes.all + Routes.description)
    self.metrics = GatewayMetrics(RouteNames(face.addRoutes, table).all, metrics)
    admission = ConnectionAdmission(
      ConnectionAdmission.Limits(
        connections: settings.connectionsMax,
        perAddress: settings.connectionsPerAddressMax,
        perAddressPerSecond: settings.connectionsPerAddressPerSecond,
        includesLoopback: settings.perAddressLimitsIncludeLoopback
      )
    )
    responder = RouteResponder(
      table: table,
      reader: RequestReader(
        calls: face.calls,
        credentials: face.credentials,
        settings: settings,
        streams: EventStreams(perUserMax: settings.eventStreamsPerUserMax, self.metrics)
      ),
      logger: logger
    )
  }

  /// - Parameter isEncrypted: whether its listener speaks TLS.
  func router(isEncrypted: Bool) -> Router<GatewayContext> {
    let router = Router(context: GatewayContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: RequestCounting(metrics: metrics, names: RouteNames(responder.table)))
    router.add(middleware: AnswerMiddleware(table: responder.table, isEncrypted: isEncrypted))
    responder.add(to: router)
    face.addRoutes(router)
    return router
  }

  /// Stands before the connections of a listener.
  func acceptGate() -> AcceptGate {
    AcceptGate(admission, logger: logger) { [metrics] in metrics.limitReached(GatewayLimit($0)) }
  }
}
