import NIOCore
import NIOPosix
import Synchronization

/// A TCP connection on which bytes are sent by hand.
final class RawConnection: Sendable {
  private let channel: any Channel
  private let text: Text

  /// - Parameter reads: whether it reads what comes.
  init(port: Int, reads: Bool = true) async throws {
    let text = Text()
    self.text = text
    channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.autoRead, value: reads)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(text.handler)
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
  }

  func send(_ text: String) async throws {
    try await channel.writeAndFlush(ByteBuffer(string: text))
  }

  /// Sends a byte every tenth of a second for as long as the connection is open.
  func drip() {
    channel.eventLoop.scheduleRepeatedTask(
      initialDelay: .milliseconds(100),
      delay: .milliseconds(100)
    ) { [channel] task in
      if channel.isActive {
        channel.writeAndFlush(ByteBuffer(string: "x"), promise: nil)
      } else {
        task.cancel()
      }
    }
  }

  /// Waits until this has come.
  func received(_ part: String) async throws {
    while !text.received.contains(part) {
      try await channel.eventLoop.scheduleTask(in: .milliseconds(5)) {}.futureResult.get()
    }
  }

  /// Everything that came, once the server has closed the connection.
  func closed() async throws -> String {
    // Some closings come as errors, which say the same.
    _ = try? await channel.closeFuture.get()
    return text.received
  }

  func close() async throws { try await channel.close() }
}

/// What a connection has received.
private final class Text: Sendable {
  private let bytes = Mutex("")

  var received: String { bytes.withLock { $0 } }

  var handler: any ChannelHandler & Sendable { Handler(self) }

  private final class Handler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let text: Text

    init(_ text: Text) {
      self.text = text
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let part = String(buffer: Self.unwrapInboundIn(data))
      text.bytes.withLock { $0 += part }
    }
  }
}
