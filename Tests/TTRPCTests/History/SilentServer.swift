import NIOCore
import NIOPosix
import TTRPC
import Testing

/// Accepts connections and never reads from them.
final class SilentServer: Sendable {
  let address: ServiceAddress
  private let listener: any Channel

  init() async throws {
    listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelOption(.autoRead, value: false)
      .bind(host: "127.0.0.1", port: 0).get()
    address = .tcp(host: "127.0.0.1", port: try #require(listener.localAddress?.port))
  }

  func close() async throws {
    try await listener.close()
  }
}
