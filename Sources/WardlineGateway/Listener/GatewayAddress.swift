import HummingbirdCore

/// Where HTTP is listened for.
public enum GatewayAddress: Sendable, Hashable {
  case tcp(host: String, port: Int)
  case unix(path: String)

  var bindAddress: BindAddress {
    switch self {
    case .tcp(let host, let port): .hostname(host, port: port)
    case .unix(let path): .unixDomainSocket(path: path)
    }
  }
}
