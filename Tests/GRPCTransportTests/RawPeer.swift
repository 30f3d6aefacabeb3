import NIOCore
import NIOPosix
import Synchronization

/// A connection to which a test writes bytes.
final class RawPeer: Sendable {
  private let channel: any Channel
  private let closed: Closed

  private final class Closed: Sendable {
    let isClosed = Atomic(false)
  }

  init(port: Int) async throws {
    let closed = Closed()
    self.closed = closed
    channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port).get()
    channel.closeFuture.whenComplete { _ in
      closed.isClosed.store(true, ordering: .releasing)
    }
  }

  var isClosed: Bool { closed.isClosed.load(ordering: .acquiring) }

  func send(_ text: String) {
    channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
  }
}
