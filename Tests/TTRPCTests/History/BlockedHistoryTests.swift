import NIOCore
import NIOPosix
import RPC
import SeededRandom
import TTRPC
import Testing

@Suite("History: somebody does not read", .tags(.history))
struct BlockedHistoryTests {
  private static let messages = 512
  /// Made once: filling it takes longer than sending it.
  private static let large = Bytes(count: 128 << 10)
  private static let endless = ServerMethod.stream(
    "Endless",
    .async { _, _, writer in
      while true { try await writer.write(large) }
    }
  )

  @Test(
    "T#72, T#94, T#168: both sides send 64 MiB through small buffers, and neither waits for ever",
    .timeLimit(.minutes(5)),
    arguments: Wire.allCases
  )
  func bothSidesWrite(wire: Wire) async throws {
    let methods: [ServerMethod] = [
      .conversing("Echo") { requests, responses in
        for try await request in requests { try await responses.write(request) }
      }
    ]
    try await ServerUnderTest.with(methods) { test in
      let relay = try await NarrowRelay(to: test.address)
      let client = try await ClientConnection.connect(
        to: relay.address,
        on: MultiThreadedEventLoopGroup.singleton,
        configuration: wire.configuration
      )
      let echo = try await client.converse(with: "Echo") { writer in
        for _ in 0..<Self.messages { try await writer.write(Self.large) }
      }
      var received = 0
      for try await message in echo { received += message.count }
      #expect(received == 64 << 20)
      await client.close()
      try await relay.close()
    }
  }

  @Test(
    "T#174: calls to a peer that has stopped reading all end at their deadlines",
    .timeLimit(.minutes(5)),
    arguments: Wire.allCases
  )
  func deadlines(wire: Wire) async throws {
    let server = try await SilentServer()
    let client = try await ClientConnection.connect(
      to: server.address,
      on: MultiThreadedEventLoopGroup.singleton,
      configuration: wire.configuration
    )
    let codes = try await withThrowingTaskGroup(of: StatusCode?.self) { group in
      for _ in 0..<50 {
        group.addTask {
          do {
            let options = CallOptions(timeout: .milliseconds(200))
            _ = try await client.call("Echo", Bytes(count: 1 << 20), options)
            return nil
          } catch let error as RPCError {
            return error.code
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(codes == Array(repeating: .deadlineExceeded, count: 50))
    #expect(client.openStreamCount == 0)
    await client.close()
    try await server.close()
  }

  @Test(
    "T#229: a stream that nobody reads does not hold up the calls beside it",
    .timeLimit(.minutes(5)),
    arguments: Wire.allCases
  )
  func abandoned(wire: Wire) async throws {
    let methods = [Self.endless, .unary("Echo", .inline { request, _ in request })]
    try await ServerUnderTest.with(methods) { test in
      // Without windows the connection is held up for so long.
      let client = try await test.client(wire, stallTimeout: .milliseconds(100))
      let unread = try await client.stream("Endless")
      // Without windows each answer comes behind all that the system has taken of the stream.
      for _ in 0..<Soak.many(10) { #expect(try await client.call("Echo", "x").text == "x") }
      // It is still whole: what was sent comes in order, until we leave.
      let iterator = unread.makeAsyncIterator()
      #expect(try await iterator.next() == Self.large)
      await client.close()
    }
  }

  @Test(
    "T#229: a stream that goes on after its client left does not hold up other connections",
    .timeLimit(.minutes(5))
  )
  func endlessStream() async throws {
    let methods = [Self.endless, .unary("Echo", .inline { request, _ in request })]
    // One loop serves both connections, and without extensions the server is not told.
    try await ServerUnderTest.with(methods) { test in
      let leaver = try await test.client(.plain)
      for try await _ in try await leaver.stream("Endless") { break }
      let other = try await test.client(.plain)
      for _ in 0..<Soak.many(10) { #expect(try await other.call("Echo", "x").text == "x") }
      #expect(try await leaver.call("Echo", "x").text == "x")
      await leaver.close()
      await other.close()
    }
  }

  @Test(
    "T#231: a handler that returns early ends the call, while the client still sends",
    .timeLimit(.minutes(5)),
    arguments: Wire.allCases
  )
  func earlyReturn(wire: Wire) async throws {
    let running = Counter()
    let methods: [ServerMethod] = [
      .receiving("First") { requests in
        running.add()
        defer { running.add(-1) }
        for try await request in requests { return request }
        return Bytes()
      },
      .unary("Echo", .inline { request, _ in request }),
    ]
    try await ServerUnderTest.with(methods) { test in
      let client = try await test.client(wire)
      let writers = Counter()
      for _ in 0..<20 {
        let answer = try await client.sendStream(to: "First") { writer in
          writers.add()
          defer { writers.add(-1) }
          while true { try await writer.write(Bytes(count: 1 << 10)) }
        }
        #expect(answer.count == 1 << 10)
      }
      try await eventually("no writer is left") { writers.value == 0 }
      try await eventually("no handler is left") { running.value == 0 }
      #expect(client.openStreamCount == 0)
      #expect(try await client.call("Echo", "x").text == "x")
      await client.close()
    }
  }
}
