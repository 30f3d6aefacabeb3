import NIOCore
import NIOPosix
import RPC
import TTRPC
import Testing

/// Unary methods that give back what they get, in every way to write one.
private let echoes: [ServerMethod] = [
  .unary("Inline", .inline { request, _ in request }),
  .unary("Deferred", .deferred { request, _, reply in reply.succeed(request) }),
  .unary(
    "Thread",
    .deferred { request, _, reply in
      NIOThreadPool.singleton.submit { _ in reply.succeed(request) }
    }
  ),
  .unary("Async", .async { request, _ in request }),
  .unary(
    "Yielding",
    .async { request, _ in
      await Task.yield()
      await Task.yield()
      return request
    }
  ),
  .unary(
    "Elsewhere",
    .async { request, context in
      try await NIOThreadPool.singleton.runIfActive { request }
    }
  ),
]

@Suite("Unary calls")
struct UnaryTests {
  private static let ways = echoes.map(\.descriptor.name)

  @Test("a message comes back, whatever its size", arguments: ways)
  func sizes(way: String) async throws {
    try await ServerUnderTest.with(echoes) { test in
      let client = try await test.client()
      for count in [0, 1, 127, 128, 65_536, 1 << 20, (4 << 20) - (16 << 10)] {
        let answer = try await client.call(way, Bytes(count: count))
        #expect(answer == Bytes(count: count), "\(count) bytes")
      }
      await client.close()
    }
  }

  @Test("two clients on a Unix socket", arguments: ways)
  func unixSocket(way: String) async throws {
    try await ServerUnderTest.with(echoes, at: .temporarySocket()) { test in
      let one = try await test.client()
      let other = try await test.client()
      async let first = one.call(way, "one")
      async let second = other.call(way, "other")
      #expect(try await first.text == "one")
      #expect(try await second.text == "other")
      await one.close()
      #expect(try await other.call(way, "again").text == "again")
      await other.close()
    }
  }

  @Test("a thousand calls at once on one connection, each with its own answer", arguments: ways)
  func multiplexed(way: String) async throws {
    try await ServerUnderTest.with(echoes) { test in
      let client = try await test.client()
      try await withThrowingTaskGroup { group in
        for number in 0..<1000 {
          group.addTask {
            let request = Bytes(ByteBuffer(string: "call \(number)"))
            return try await client.call(way, request) == request
          }
        }
        for try await isRight in group { #expect(isRight) }
      }
      await client.close()
    }
  }

  @Test("answers overtake each other")
  func overtaking() async throws {
    let gate = Gate()
    let methods: [ServerMethod] = [
      .unary(
        "Slow",
        .async { request, _ in
          await gate.pass()
          return request
        }
      ),
      .unary("Fast", .inline { request, _ in request }),
    ]
    try await ServerUnderTest.with(methods) { test in
      let client = try await test.client()
      async let slow = client.call("Slow", "slow")
      try await eventually("the slow call runs") { gate.waiting == 1 }
      #expect(try await client.call("Fast", "fast").text == "fast")
      gate.open()
      #expect(try await slow.text == "slow")
      await client.close()
    }
  }

  @Test("an answer that no frame can carry is RESOURCE_EXHAUSTED, and the connection goes on")
  func answerTooLarge() async throws {
    let methods: [ServerMethod] = [
      .unary("Inline", .inline { _, _ in Bytes(count: 4 << 20) }),
      .unary("Deferred", .deferred { _, _, reply in reply.succeed(Bytes(count: 4 << 20)) }),
      .unary("Async", .async { _, _ in Bytes(count: 4 << 20) }),
      .unary("Most", .async { _, _ in Bytes(count: (4 << 20) - 5) }),
      .stream(
        "Stream",
        .async { _, _, writer in
          // Data has no envelope, so a message may fill the frame.
          try await writer.write(Bytes(count: 4 << 20))
          try await writer.write(Bytes(count: (4 << 20) + 1))
        }
      ),
    ]
    try await ServerUnderTest.with(methods) { test in
      let client = try await test.client()
      for way in ["Inline", "Deferred", "Async"] {
        let error = await #expect(throws: RPCError.self) { try await client.call(way) }
        #expect(error?.code == .resourceExhausted)
      }
      let lengths = Box<[Int]>([])
      let error = await #expect(throws: RPCError.self) {
        for try await message in try await client.stream("Stream") {
          lengths.change { $0.append(message.count) }
        }
      }
      #expect(lengths.value == [4 << 20])
      #expect(error?.code == .resourceExhausted)
      #expect(try await client.call("Most").count == (4 << 20) - 5)
      await client.close()
    }
  }

  @Test("a request that no frame can carry is RESOURCE_EXHAUSTED at the client")
  func requestTooLarge() async throws {
    try await ServerUnderTest.with(echoes) { test in
      let client = try await test.client()
      let error = await #expect(throws: RPCError.self) {
        try await client.call("Inline", Bytes(count: 4 << 20))
      }
      #expect(error?.code == .resourceExhausted)
      #expect(try await client.call("Inline", "x").text == "x")
      await client.close()
    }
  }

  @Test("metadata with U+0000 is refused at the client instead of being cut short")
  func metadataWithNUL() async throws {
    try await ServerUnderTest.with(echoes) { test in
      let client = try await test.client()
      for metadata: Metadata in [["user": "adm\0in"], ["us\0er": "admin"]] {
        let error = await #expect(throws: RPCError.self) {
          try await client.call("Inline", "x", CallOptions(metadata: metadata))
        }
        #expect(error?.code == .invalidArgument)
      }
      #expect(try await client.call("Inline", "x").text == "x")
      await client.close()
    }
  }

  @Test("a request that its metadata makes too large is RESOURCE_EXHAUSTED at the client")
  func largeMetadata() async throws {
    try await ServerUnderTest.with(echoes) { test in
      let client = try await test.client()
      let metadata: Metadata = ["note": String(repeating: "x", count: 4 << 20)]
      let error = await #expect(throws: RPCError.self) {
        try await client.call("Inline", "x", CallOptions(metadata: metadata))
      }
      #expect(error?.code == .resourceExhausted)
      #expect(try await client.call("Inline", "x").text == "x")
      await client.close()
    }
  }

  @Test("the longest timeout there is does no harm")
  func longestTimeout() async throws {
    try await ServerUnderTest.with(echoes) { test in
      let client = try await test.client()
      for timeout in [Duration.seconds(Int64.max), .nanoseconds(Int64.max), .seconds(1 << 40)] {
        let answer = try await client.call("Async", "x", CallOptions(timeout: timeout))
        #expect(answer.text == "x")
      }
      await client.close()
    }
  }

  @Test("unknown services and methods are UNIMPLEMENTED and named")
  func unknown() async throws {
    try await ServerUnderTest.with(echoes) { test in
      let client = try await test.client()
      let noMethod = await #expect(throws: RPCError.self) { try await client.call("Nothing") }
      #expect(noMethod?.code == .unimplemented)
      #expect(noMethod?.message.contains("Nothing") == true)
      let elsewhere = MethodDescriptor(service: "other.Service", name: "Inline", kind: .unary)
      let noService = await #expect(throws: RPCError.self) {
        let _: Bytes = try await client.unary(elsewhere, Bytes(), options: CallOptions())
      }
      #expect(noService?.code == .unimplemented)
      #expect(noService?.message.contains("other.Service") == true)
      await client.close()
    }
  }
}
