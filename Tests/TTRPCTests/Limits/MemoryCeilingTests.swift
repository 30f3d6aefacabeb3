import NIOCore
import RPC
import ServerEngine
import TTRPCWire
import Testing

@testable import TTRPC

@Suite("The memory of a connection")
struct MemoryCeilingTests {
  private static let methods: [ServerMethod] = [
    .clientStream(
      "Sink",
      .async { _, _ in
        await untilCancelled()
        return Bytes()
      }
    ),
    .unary(
      "Wait",
      .async { request, _ in
        await untilCancelled()
        return request
      }
    ),
    // One message uses up the peer's window, the others wait for a grant.
    .stream(
      "Push",
      .deferred { _, _, stream in
        for byteCount in [1, 20 << 10, 20 << 10] { _ = stream.send(Bytes(count: byteCount)) }
      }
    ),
    .unary("Big", .inline { _, _ in Bytes(count: 60 << 10) }),
  ]

  private static var small: ServerConfiguration {
    var configuration = ServerConfiguration()
    configuration.frameDataLengthMax = 64 << 10
    configuration.inboundBytesMax = 256 << 10
    configuration.outboundBytesMax = 1 << 20
    configuration.outboundHighWatermark = 64 << 10
    configuration.handlersPerConnectionMax = 64
    configuration.stallTimeout = .minutes(10)
    return configuration
  }

  /// Everything at once, in an order that lets each part come to the most it can be.
  private static var attack: ByteBuffer {
    var bytes = ByteBuffer()
    var id: UInt32 = 1
    func open(_ method: String, _ count: Int, _ flags: FrameFlags, inbound: Int = 0) {
      for _ in 0..<count {
        id += 2
        bytes.writeImmutableBuffer(RequestBytes(method: method, flags: flags).frame(id))
        if inbound == 0 { continue }
        let data = ByteBuffer(repeating: 1, count: inbound)
        bytes.writeImmutableBuffer(.frame(id, .data, [], data))
      }
    }
    open("Push", 20, .remoteClosed)
    open("Sink", 10, .remoteOpen, inbound: 25 << 10)
    open("Wait", 33, [])
    open("Big", 2_000, [])
    return bytes
  }

  private struct Holdings: Sendable {
    var all = 0
    var inbound = 0
    var ungranted = 0
    var inChannel = 0
    var handlers = 0
    var isUnread = false
  }

  private func holdings(_ server: Server) async throws -> Holdings {
    let connection = try #require(server.connections.open.first)
    return try await connection.channel.eventLoop.submit {
      guard let handler = connection.handler?.value else { return Holdings() }
      let options = handler.context?.channel.syncOptions
      return Holdings(
        all: handler.memoryBytes,
        inbound: handler.backlog.waiting,
        ungranted: handler.ungrantedBytes,
        inChannel: (try? options?.getOption(.bufferedWritableBytes)) ?? 0,
        handlers: handler.machine.runningHandlers,
        isUnread: handler.watchdog.isUnread
      )
    }.get()
  }

  @Test("stays below its ceiling with every window full, nothing read and all handlers running")
  func ceiling() async throws {
    let configuration = Self.small
    try await ServerUnderTest.with(Self.methods, configuration: configuration) { test in
      let peer = try await test.peer()
      try await peer.negotiate(window: 1)
      try await peer.stopReading()
      // The server does not read all of it, so that this is never done.
      let sending = Task { try? await peer.send(Self.attack) }
      let found = Box(Holdings())
      for _ in 0..<10_000 where !found.value.isUnread {
        found.set(try await holdings(test.server))
      }
      let most = found.value
      #expect(most.isUnread)
      #expect(most.handlers == 63)
      #expect(most.inbound >= 250 << 10)
      #expect(most.ungranted >= 800 << 10)
      #expect(most.inChannel > 0)
      #expect(most.all >= most.inbound + most.ungranted + most.inChannel)
      #expect(most.all <= configuration.connectionMemoryMax)
      try await peer.close()
      await sending.value
    }
  }

  @Test("a small answer that is not taken does not keep the memory of a large one")
  func pendingWrites() {
    var writer = FrameWriter()
    writer.writeData(StreamID(1), payload: ByteBuffer(repeating: 1, count: 200 << 10))
    let large = writer.take()
    writer.writeData(StreamID(1), payload: ByteBuffer(repeating: 1, count: 10))
    let small = writer.take()
    #expect(large?.readableBytes ?? 0 > 200 << 10)
    #expect(small?.storageCapacity ?? .max <= 1024)
  }

  @Test("a small message that waits for a grant does not keep the buffer it was encoded into")
  func ungranted() {
    var flow = OutboundFlow(windowSize: 1)
    var buffer = ByteBuffer(repeating: 1, count: 100 << 10)
    buffer.clear()
    buffer.writeString("small")
    let taken = [flow.take(buffer), flow.take(buffer)]
    #expect(taken == [true, false])
    flow.granted(5)
    let waited = flow.next()
    #expect(waited?.storageCapacity ?? .max <= 1024)
  }

  @Test("the ceiling follows every limit that it is made of, and no number is too large for it")
  func sum() {
    let base = ServerConfiguration().connectionMemoryMax
    let parts: [ServerLimit] = [
      .frameBytes, .metadataEntries, .metadataBytes, .handlersPerConnection, .decodingFactor,
      .decodingBytes, .inboundBytesPerConnection, .outboundHighWatermark,
      .outboundBytesPerConnection,
    ]
    for limit in parts {
      var configuration = ServerConfiguration()
      configuration[limit] /= 4
      #expect(configuration.connectionMemoryMax < base, "\(limit)")
    }
    var largest = ServerConfiguration()
    for limit in ServerLimit.allCases {
      largest[limit] = ServerConfiguration.range(of: limit).upperBound
    }
    #expect(largest.connectionMemoryMax > base)
  }
}
