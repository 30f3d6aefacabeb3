import Hummingbird
import ProtobufC

extension Route {
  /// A route that answers with one thing.
  ///
  /// - Parameter headers: what stands in the header beside the thing.
  static func object<Value>(
    _ verb: HTTPRequest.Method,
    _ path: RoutePath,
    _ summary: String,
    query: [RequestField] = [],
    body: Body = .nothing,
    status: HTTPResponse.Status = .ok,
    _ shape: ObjectShape<Value>,
    headers: @escaping @Sendable (Value) -> HTTPFields = { _ in [:] },
    handler: @escaping @Sendable (RouteCall) async throws -> Value
  ) -> Route {
    Route(
      verb: verb,
      path: path,
      summary: summary,
      query: query,
      body: body,
      successes: [
        Success(status: status, type: "application/json", schema: (shape.name, shape.schema))
      ]
    ) { call in
      let value = try await handler(call)
      return Answer(status: status, headers: headers(value), body: .json(shape.json(value)))
    }
  }

  /// A route that answers that it is done.
  static func done(
    _ verb: HTTPRequest.Method,
    _ path: RoutePath,
    _ summary: String,
    query: [RequestField] = [],
    body: Body = .nothing,
    handler: @escaping @Sendable (RouteCall) async throws -> Void
  ) -> Route {
    Route(
      verb: verb,
      path: path,
      summary: summary,
      query: query,
      body: body,
      successes: [Success(status: .noContent, type: nil)]
    ) { call in
      try await handler(call)
      return .noContent
    }
  }

  /// The route for a caller who is the user of a part of its path.
  func only(_ parameter: String) -> Route {
    var route = self
    route.callerParameter = parameter
    return route
  }

  /// The route for staff only.
  func forStaff() -> Route {
    var route = self
    route.isForStaff = true
    return route
  }

  /// The route, whose body is of one form of each group.
  func inForms(_ groups: [BodyForm]...) -> Route {
    var route = self
    route.bodyForms = groups
    return route
  }

  /// The route, whose requests may say more in the header.
  func withHeaders(_ fields: RequestField...) -> Route {
    var route = self
    route.headers = fields
    return route
  }

  /// The route, with 403 for what is not there.
  func forbiddingUnknown() -> Route {
    var route = self
    route.forbidsUnknown = true
    return route
  }
}
