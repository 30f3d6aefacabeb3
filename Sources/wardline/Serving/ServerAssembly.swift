import ChatService
import Logging
import NIOCore
import RPC
import RPCInterceptors
import ServerServices
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

  init(_ chat: ChatServices, on group: any EventLoopGroup, logger: Logger) throws {
    let chat = WardlineServices(chat, on: group, now: SystemClock.now)
    states = ServingStates(Set(chat.methods.map(\.descriptor.service)))
    let health = HealthHandler(states)
    let reflection = try ReflectionHandler(describing: chat.methods + health.methods)
    let forAnybody = health.methods + reflection.allMethods
    methods = chat.methods + forAnybody
    // Calls that are refused are counted and logged too; the deadline holds while a token is checked.
    interceptors =
      [
        MetricsInterceptor(methods, on: group), AccessLog(logger), DeadlineCap(unary: Self.unaryRule),
      ] + chat.interceptors(open: forAnybody)
  }

  /// A call without a deadline must not keep a handler for ever.
  private static let unaryRule = DeadlineCap.Rule(
    withoutDeadline: .minutes(1),
    longest: .minutes(10)
  )
}

extension ServiceAddress {
  var forAdmin: AdminAddress {
    switch self {
    case .tcp(let host, let port): .tcp(host: host, port: port)
    case .unix(let path): .unix(path: path)
    }
  }
}
