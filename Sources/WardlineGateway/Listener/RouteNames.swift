import Hummingbird

/// What routes are called where requests are counted: `/messages/{id}` for whatever message it is.
struct RouteNames: Sendable {
  /// The templates of the table, by the verb and the path that the router knows.
  private let templates: [Key: String]
  private(set) var all: [GatewayMetrics.RouteName] = []

  private struct Key: Hashable {
    let verb: String
    let path: String
  }

  init(_ table: RouteTable) {
    let named = table.routes.map { route in
      (Key(verb: route.verb.rawValue, path: Self.path(route)), route.path.template)
    }
    templates = Dictionary(named) { first, _ in first }
  }

  /// - Parameter addRoutes: adds those beside the table.
  init(_ addRoutes: (Router<GatewayContext>) -> Void, _ table: RouteTable) {
    self.init(table)
    let others = Router(context: GatewayContext.self)
    addRoutes(others)
    all =
      table.routes.map { name($0.verb, Self.path($0)) }
      + others.routes.map { name($0.method, $0.path.description) }
  }

  /// - Parameter path: of the route, as the router knows it; nil when there was none.
  func name(_ verb: HTTPRequest.Method, _ path: String?) -> GatewayMetrics.RouteName {
    guard let path else { return .none }
    // Whoever asks for the header alone asks the same route.
    let verb = verb == .head ? HTTPRequest.Method.get.rawValue : verb.rawValue
    let template = templates[Key(verb: verb, path: path)] ?? path
    return GatewayMetrics.RouteName(verb: verb, template: template)
  }

  private static func path(_ route: Route) -> String {
    RouterPath(route.path.forRouter).description
  }
}
