import ChatModel
import ChatService
import NIOCore
import RPC
import RPCInterceptors
import WardlineRPC

extension RateLimiter.Caller {
  /// Whose limits a call counts for.
  init(_ context: ServerContext) {
    guard let principal = WardlineServices.principal(of: context) else {
      self = .stranger(address: context.connection.network)
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
  /// Where the peer is, for limits: its address without the port, and of IPv6 the first half, for
  /// whoever has one address of that has all of its second halves.
  var network: String {
    guard let colon = remoteAddress.lastIndex(of: ":") else { return remoteAddress }
    let host = remoteAddress[..<colon].filter { !"[]".contains($0) }
    guard let address = try? SocketAddress(ipAddress: host, port: 0), case .v6 = address else {
      return host
    }
    // Behind the family, the port and the flow.
    let half = address.withSockAddr { pointer, size in
      Array(UnsafeRawBufferPointer(start: pointer, count: size).dropFirst(8).prefix(8))
    }
    return half == [0, 0, 0, 0, 0, 0, 0, 0]
      ? host : half.map { String($0, radix: 16) }.joined(separator: ".")
  }
}
