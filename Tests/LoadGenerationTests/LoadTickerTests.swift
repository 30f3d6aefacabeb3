import NIOCore
import NIOPosix
import Testing

@testable import LoadGeneration

@Suite("What an open loop looks by")
struct LoadTickerTests {
  @Test("sockets are read while the looks of several connections take longer than the interval")
  func slowLooks() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let accepted = loop.makePromise(of: Void.self)
    let listener = try await ServerBootstrap(group: group)
      .childChannelInitializer { channel in
        accepted.succeed()
        return channel.eventLoop.makeSucceededVoidFuture()
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let ticker = try await loop.submit {
      let ticker = LoadTicker(on: loop)
      for index in 0..<4 { ticker.add(index) { Self.takeLong(loop) } }
      return NIOLoopBound(ticker, eventLoop: loop)
    }.get()

    let address = try #require(listener.localAddress)
    let caller = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(to: address).get()
    try await accepted.futureResult.get()

    try await loop.submit { for index in 0..<4 { ticker.value.remove(index) } }.get()
    try await caller.close()
    try await group.shutdownGracefully()
  }

  private static func takeLong(_ loop: any EventLoop) {
    let end = loop.now + LoadTicker.interval * 4
    while loop.now < end {}
  }
}
