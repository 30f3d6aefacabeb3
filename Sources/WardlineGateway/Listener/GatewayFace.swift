public import Hummingbird
import Logging
public import RPC

/// What a listener shows: the routes of the chat, and whatever else is added to its router.
public struct GatewayFace: Sendable {
  let calls: InProcessCalls
  public var settings = GatewaySettings()
  /// Where the proof of who sends a request may be, in the order in which it is looked for.
  public var credentials: [any CredentialSource] = [AuthorizationHeader()]
  /// Adds further routes, such as pages.
  public var addRoutes: @Sendable (Router<GatewayContext>) -> Void = { _ in }

  public init(_ calls: InProcessCalls) {
    self.calls = calls
  }

  /// What answers requests, whichever way they come.
  func responder(_ logger: Logger) -> RouteResponder {
    RouteResponder(
      table: RouteTable(Routes.all + Routes.description),
      reader: RequestReader(calls: calls, credentials: credentials, settings: settings),
      logger: logger
    )
  }

  func router(_ responder: RouteResponder) -> Router<GatewayContext> {
    let router = Router(context: GatewayContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: AnswerMiddleware(table: responder.table))
    responder.add(to: router)
    addRoutes(router)
    return router
  }
}
