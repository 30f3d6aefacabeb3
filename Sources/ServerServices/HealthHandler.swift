public import RPC
public import ServiceAPI

/// `grpc.health.v1.Health` over the serving states of a server.
public struct HealthHandler: HealthService {
  private let states: ServingStates

  public init(_ states: ServingStates) {
    self.states = states
  }

  public var check: UnaryHandler<HealthCheckRequest, HealthCheckResponse> {
    .inline { [states] request, _ in
      try Self.checkName(request.service)
      guard let status = states.status(of: request.service) else {
        throw RPCError(.notFound, "this server does not have that service")
      }
      return HealthCheckResponse(status: status)
    }
  }

  public var list: UnaryHandler<HealthListRequest, HealthListResponse> {
    .inline { [states] _, _ in
      HealthListResponse(statuses: states.statuses.mapValues { HealthCheckResponse(status: $0) })
    }
  }

  public var watch: ServerStreamHandler<HealthCheckRequest, HealthCheckResponse> {
    .deferred { [states] request, _, stream in
      try Self.checkName(request.service)
      HealthWatch(of: request.service, states, stream).start()
    }
  }

  /// A watcher's name is kept as long as its stream, so it must not be long.
  private static func checkName(_ service: String) throws(RPCError) {
    guard service.utf8.count <= nameBytesMax else {
      throw RPCError(.invalidArgument, "the name of a service has at most \(nameBytesMax) bytes")
    }
  }

  private static let nameBytesMax = 512
}
