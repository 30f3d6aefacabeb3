import ChatModel
import ChatService
import RPC
import RPCInterceptors
import WardlineRPC

extension RateLimiter.Caller {
  /// Whose limits a call counts for.
  init(_ context: ServerContext) {
    guard let principal = WardlineServices.principal(of: context) else {
      self = .stranger(address: context.connection.host)
      return
    }
    let user = principal.userID.rawValue
    if let service = principal.actingService {
      self = .acting(service: service.rawValue, user: user)
    } else {
      self = principal.role == .service ? .service(user) : .user(user)
    }
  }
}

extension ConnectionContext {
  /// The address of the peer without its port.
  fileprivate var host: String {
    guard let colon = remoteAddress.lastIndex(of: ":") else { return remoteAddress }
    return String(remoteAddress[..<colon])
  }
}
