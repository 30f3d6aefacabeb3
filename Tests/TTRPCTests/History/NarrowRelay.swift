import NIOCore
import NIOPosix
import TTRPC
import Testing

/// Passes bytes on between a client and a server through small socket buffers, and reads from one
/// side only what the other has taken: whoever does not read is felt at once.
final class NarrowRelay: Sendable {
  let address: ServiceAddress
  private let listener: any Channel

  private static let bufferBytes = 32 << 10

  init(to target: ServiceAddress) async throws {
    guard case .tcp(let host, let port) = target else {
      throw ChannelError.unknownLocalAddress
    }
    let group = MultiThreadedEventLoopGroup.singleton
    listener = try await ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_rcvbuf), value: Self.bufferBytes)
      .childChannelOption(.socketOption(.so_sndbuf), value: Self.bufferBytes)
      .childChannelOption(.autoRead, value: false)
      .childChannelInitializer { near in
        ClientBootstrap(group: near.eventLoop)
          .channelOption(.socketOption(.so_rcvbuf), value: Self.bufferBytes)
          .channelOption(.socketOption(.so_sndbuf), value: Self.bufferBytes)
          .channelOption(.autoRead, value: false)
          .connect(host: host, port: port)
          .flatMapThrowing { far in
            try near.pipeline.syncOperations.addHandler(Half(partner: far))
            try far.pipeline.syncOperations.addHandler(Half(partner: near))
            far.read()
          }
      }
      .bind(host: host, port: 0).get()
    let bound = try #require(listener.localAddress?.port)
    address = .tcp(host: host, port: bound)
  }

  func close() async throws {
    try await listener.close()
  }

  private final class Half: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    let partner: any Channel

    init(partner: any Channel) { self.partner = partner }

    func channelActive(context: ChannelHandlerContext) {
      context.fireChannelActive()
      context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let channel = context.channel
      partner.writeAndFlush(Self.unwrapInboundIn(data)).whenComplete { result in
        if case .failure = result { return channel.close(promise: nil) }
        channel.read()
      }
    }

    func channelInactive(context: ChannelHandlerContext) {
      partner.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }
  }
}
