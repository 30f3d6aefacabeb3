import Hummingbird

/// Counts every request by its route.
struct RequestCounting: RouterMiddleware {
  typealias Context = GatewayContext

  let metrics: GatewayMetrics
  let names: RouteNames

  @concurrent
  func handle(
    _ request: Request,
    context: GatewayContext,
    next: @concurrent (Request, GatewayContext) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    var status = HTTPResponse.Status.internalServerError
    defer {
      metrics.answered(
        names.name(request.method, context.endpointPath),
        status: status.code,
        in: ContinuousClock.now - start
      )
    }
    let response = try await next(request, context)
    status = response.status
    return response
  }
}
