public import Hummingbird
import NIOCore
import RPC

/// What is known of a request beside what it says.
public struct GatewayContext: RequestContext {
  public var coreContext: CoreRequestContextStorage
  /// Where it comes from. Its loop runs the calls.
  let connection: ConnectionContext
  /// Its connection, for what has to be said along its pipeline.
  let channel: any Channel

  public init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
    connection = ConnectionContext(
      eventLoop: source.channel.eventLoop,
      remoteAddress: Self.name(source.channel.remoteAddress)
    )
  }

  private static func name(_ address: SocketAddress?) -> String {
    guard let address, let host = address.ipAddress, let port = address.port else { return "unix" }
    return "\(host):\(port)"
  }
}
