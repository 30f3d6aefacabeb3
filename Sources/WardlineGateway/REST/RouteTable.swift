import Hummingbird

/// All routes of the chat.
struct RouteTable: Sendable {
  let routes: [Route]

  init(_ routes: [Route]) {
    self.routes = routes
  }

  /// The verbs that the path of a request has; none for a path that does not exist.
  func verbs(of path: String) -> [HTTPRequest.Method] {
    let parts = path.split(separator: "/")
    let matching = routes.filter { $0.path.matches(parts) }
    let nameCount = matching.map(\.path.parameterNames.count).min()
    var verbs: [HTTPRequest.Method] = []
    // `/messages/search` is no message: it has the verbs of its own.
    for route in matching where route.path.parameterNames.count == nameCount {
      if !verbs.contains(route.verb) { verbs.append(route.verb) }
      if route.verb == .get, !verbs.contains(.head) { verbs.append(.head) }
    }
    return verbs
  }

  /// The route of a request with the parts of its path that have names; nil if there is none. A
  /// part that stands in the path as it is goes before one that has a name.
  func find(_ verb: HTTPRequest.Method, _ path: String) -> Route? {
    let parts = path.split(separator: "/")
    let found = routes.filter { $0.verb == verb && $0.path.matches(parts) }
    return found.min { $0.path.parameterNames.count < $1.path.parameterNames.count }
  }
}
