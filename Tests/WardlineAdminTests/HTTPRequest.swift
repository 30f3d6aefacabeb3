import NIOCore
import NIOPosix

/// One GET over a connection of its own, as simple as HTTP can be.
enum HTTPRequest {
  /// The whole response as it came.
  static func get(_ path: String, port: Int) async throws -> String {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    let request = "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: request))
      var response = ByteBuffer()
      for try await bytes in inbound { response.writeImmutableBuffer(bytes) }
      return String(buffer: response)
    }
  }
}
