import ChatModel
import ChatService
import Logging
import Metrics
import NIOCore
import RPC
import RPCInterceptors
import ServerServices
import ServiceAPI
import TTRPC
import WardlineAdmin
import WardlineRPC

/// What a server serves and what stands around its calls, put together from the chat and from what
/// every server has.
struct ServerAssembly {
  let methods: [ServerMethod]
  let interceptors: [any ServerInterceptor]
  /// Nothing is served until somebody says so.
  let states: ServingStates

  /// - Parameter metrics: where calls are counted; nil counts them nowhere, which costs nothing.
  init(
    _ chat: ChatServices,
    limits: ChatLimits,
    rates: RateSettings,
    metrics: (any MetricsFactory)?,
    on group: any EventLoopGroup,
    logger: Logger
  ) throws {
    let failures = FailureLimiter(
      rates.failures,
      metrics: metrics ?? NOOPMetricsHandler.instance
    )
    let chat = WardlineServices(
      chat,
      limits: limits,
      on: group,
      gate: AddressGate(limiter: failures),
      now: SystemClock.now
    )
    states = ServingStates(Set(chat.methods.map(\.descriptor.service)))
    let health = HealthHandler(states)
    let reflection = try ReflectionHandler(describing: chat.methods + health.methods)
    let forAnybody = health.methods + reflection.allMethods
    methods = chat.methods + forAnybody
    // Calls that are refused are counted and logged too; the deadline holds while a token is checked.
    var interceptors: [any ServerInterceptor] = []
    if let metrics { interceptors.append(MetricsInterceptor(methods, metrics: metrics)) }
    if logger.logLevel <= .info { interceptors.append(AccessLog(logger)) }
    interceptors.append(DeadlineCap(unary: Self.unaryRule))
    self.interceptors =
      interceptors
      + chat.interceptors(open: forAnybody, last: [Self.limiter(chat, rates, metrics)])
  }

  private static func limiter(
    _ chat: WardlineServices,
    _ rates: RateSettings,
    _ metrics: (any MetricsFactory)?
  ) -> RateLimiter {
    RateLimiter(
      chat.operations.map { (method: $0.method, rates: rates.rates(of: $0.operation)) },
      metrics: metrics ?? NOOPMetricsHandler.instance,
      caller: { RateLimiter.Caller($0) }
    )
  }

  /// A call without a deadline must not keep a handler for ever.
  private static let unaryRule = DeadlineCap.Rule(
    withoutDeadline: .minutes(1),
    longest: .minutes(10)
  )
}

extension ServiceAddress {
  /// The address with the port that the system chose.
  func with(port: Int?) -> ServiceAddress {
    guard let port, case .tcp(let host, _) = self else { return self }
    return .tcp(host: host, port: port)
  }

  /// Nil for an encrypted address: the admin port has no TLS.
  var forAdmin: AdminAddress? {
    switch self {
    case .tcp(let host, let port): .tcp(host: host, port: port)
    case .unix(let path): .unix(path: path)
    case .tls: nil
    }
  }
}
