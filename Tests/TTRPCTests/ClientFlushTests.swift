import NIOCore
import NIOEmbedded
import RPC
import Testing

@testable import TTRPC

@Suite("What a client writes in one turn of its loop")
struct ClientFlushTests {
  private static let messages = 1024
  private static let messageBytes = 64 << 10

  @Test("an upload that its server takes at once leaves the loop time for its sockets")
  func turns() async throws {
    let queue = OutboundQueue(highWatermark: .max) {}
    for _ in 0..<Self.messages {
      try await queue.write(ByteBuffer(repeating: 0, count: Self.messageBytes))
    }
    queue.finish()
    try Self.send(queue)
  }

  /// Nothing is waited for here: the loop belongs to the thread that made it.
  private static func send(_ queue: OutboundQueue) throws {
    let loop = EmbeddedEventLoop()
    var configuration = ClientConfiguration()
    configuration.negotiatesExtensions = false
    let handler = ClientHandler(on: loop, configuration)
    let channel = EmbeddedChannel(handler: handler, loop: loop)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    let method = MethodDescriptor(service: "test.Calls", name: "Upload", kind: .clientStreaming)
    let call = PendingCall(method, Metadata(), ByteBuffer(), .connection { _ in }, messages: queue)
    handler.open(call, timeout: nil)
    // Everything that is ready, and what becomes ready meanwhile, as a loop does before it looks at
    // its sockets.
    loop.run()
    let first = try Self.written(channel)
    let whole = messages * messageBytes
    #expect(first > 0 && first < whole / 2)
    for _ in 0..<messages { loop.advanceTime(by: .milliseconds(1)) }
    #expect(first + (try Self.written(channel)) > whole)
    #expect(handler.flushesInARow == 0)
    handler.close(RPCError(.cancelled, "the test is over"))
    loop.run()
  }

  private static func written(_ channel: EmbeddedChannel) throws -> Int {
    var count = 0
    while let bytes = try channel.readOutbound(as: ByteBuffer.self) { count += bytes.readableBytes }
    return count
  }
}
