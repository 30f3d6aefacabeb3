import ChatModel
import Hummingbird
import Logging
import NIOHTTP1
import RPC

/// Answers requests by the table of routes.
struct RouteResponder: Sendable {
  let table: RouteTable
  let reader: RequestReader
  let logger: Logger

  /// Enters every route.
  func add(to router: Router<GatewayContext>) {
    for route in table.routes {
      router.on(RouterPath(route.path.forRouter), method: route.verb) { request, context in
        await respond(route, request, context)
      }
    }
  }

  private func respond(
    _ route: Route,
    _ request: Request,
    _ context: GatewayContext
  ) async -> Response {
    do throws(Problem) {
      return try await answer(route, request, context).response
    } catch {
      return error.response
    }
  }

  /// Answers a request of a route.
  func answer(
    _ route: Route,
    _ request: Request,
    _ context: GatewayContext
  ) async throws(Problem) -> Answer {
    do {
      return try await route.handler(try await reader.call(route, request, context))
    } catch {
      throw problem(of: error, route)
    }
  }

  /// What a failed request is answered with.
  func problem(of error: any Error, _ route: Route) -> Problem {
    switch error {
    case let problem as Problem: return problem
    case var error as RPCError:
      // What cannot be the name of a thing is answered as the name of none.
      if error.code == .invalidArgument, let subject = route.subject(ofInvalid: error.message) {
        error = RPCError(.notFound, ChatError.notFound(subject).description)
      }
      if route.forbidsUnknown, error.code == .notFound { return .notYours }
      return Problem(error, fields: route.fieldNames)
    case is HTTPParserError: return .brokenBody
    case is CancellationError: return Problem(RPCError(.cancelled, "the request was given up"))
    default:
      logger.error(
        "a route failed",
        metadata: ["path": "\(route.path.text)", "error": "\(type(of: error))"]
      )
      return .internalError
    }
  }
}

extension Problem {
  /// Says nothing of whether there is such a thing.
  fileprivate static let notYours = Problem(
    .forbidden,
    "PERMISSION_DENIED",
    "there is no such conversation among the caller's"
  )
}

/// Turns what no route answers into a problem, and adds what every answer has.
struct AnswerMiddleware: RouterMiddleware {
  typealias Context = GatewayContext

  let table: RouteTable
  /// Whether the listener speaks TLS.
  let isEncrypted: Bool

  @concurrent
  func handle(
    _ request: Request,
    context: GatewayContext,
    next: @concurrent (Request, GatewayContext) async throws -> Response
  ) async throws -> Response {
    var response: Response
    do {
      let announced = ExpectedBody.announcing(request, on: context.channel)
      response = try await next(announced, context)
    } catch is HTTPError {
      response = refusal(request).response
    }
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    response.headers[.xContentTypeOptions] = "nosniff"
    if isEncrypted { response.headers[.strictTransportSecurity] = Self.aYear }
    // Behind a wish to speak something else that was not granted, nothing more is understood. A client
    // that is not told would send its next request on a connection that is about to close.
    if request.headers[.upgrade] != nil || request.headers[.connection] == "close" {
      response.headers[.connection] = "close"
    }
    return response
  }

  /// For so long browsers ask by TLS only, whatever a link says.
  private static let aYear = "max-age=31536000"

  /// The router says the same of a path that does not exist and of a verb that it does not have.
  private func refusal(_ request: Request) -> Problem {
    let verbs = table.verbs(of: request.uri.path)
    return verbs.isEmpty ? .noSuchPath : .wrongVerb(verbs)
  }
}
