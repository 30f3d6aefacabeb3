import NIOCore
import NIOPosix
import RPC
import TTRPC
import Testing

@Suite("Starting, stopping, and much of everything")
struct LifecycleTests {
  private static let echo: [ServerMethod] = [
    .unary("Echo", .inline { request, _ in request }),
    .unary(
      "Async",
      .async { request, _ in
        await Task.yield()
        return request
      }
    ),
  ]

  @Test("a port is free again after shutdown, two hundred times")
  func restart() async throws {
    var address = ServiceAddress.tcp(host: "127.0.0.1", port: 0)
    for round in 0..<200 {
      address = try await ServerUnderTest.with(Self.echo, at: address) { test in
        if round.isMultiple(of: 10) {
          let client = try await test.client()
          #expect(try await client.call("Echo", "x").text == "x")
        }
        return test.address
      }
    }
  }

  @Test("a Unix socket can be listened on again after shutdown")
  func restartUnix() async throws {
    let address = ServiceAddress.temporarySocket()
    for _ in 0..<5 {
      try await ServerUnderTest.with(Self.echo, at: address) { test in
        let client = try await test.client()
        #expect(try await client.call("Echo", "x").text == "x")
        await client.close()
      }
    }
  }

  @Test("one server listens on several addresses")
  func severalAddresses() async throws {
    try await ServerUnderTest.with(Self.echo) { test in
      let second = try await test.server.listen(on: .temporarySocket())
      let client = try await ClientConnection.connect(
        to: second,
        on: MultiThreadedEventLoopGroup.singleton
      )
      #expect(try await client.call("Echo", "x").text == "x")
      await client.close()
    }
  }

  @Test(
    "a task that has been cancelled can shut a server down, which does not wait then",
    .timeLimit(.minutes(5))
  )
  func cancelledShutdown() async throws {
    let running = Counter()
    let methods: [ServerMethod] = [
      .unary(
        "Wait",
        .async { request, _ in
          running.add()
          await untilCancelled()
          throw CancellationError()
        }
      )
    ]
    try await ServerUnderTest.with(methods) { test in
      let client = try await test.client()
      let call = Task { try await client.call("Wait") }
      try await eventually("it runs") { running.value == 1 }
      let shutdown = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        await test.server.shutdown(grace: .seconds(3600))
      }
      await shutdown.value
      #expect(test.server.connectionCount == 0)
      let error = await #expect(throws: RPCError.self) { try await call.value }
      #expect(error?.code == .unavailable)
      await client.close()
    }
  }

  @Test("a server that was shut down accepts nobody")
  func afterShutdown() async throws {
    try await ServerUnderTest.with(Self.echo) { test in
      await test.server.shutdown()
      await test.server.shutdown()
      await #expect(throws: RPCError.self) { try await test.client() }
      #expect(test.server.connectionCount == 0)
    }
  }

  @Test("the same method twice is refused")
  func duplicates() {
    #expect(throws: MethodTable.DuplicateMethod.self) {
      try MethodTable(Self.echo + Self.echo)
    }
  }

  @Test("both sides send 64 MiB, many calls at a time", arguments: ["Echo", "Async"])
  func bulk(way: String) async throws {
    try await ServerUnderTest.with(Self.echo) { test in
      let client = try await test.client()
      let received = try await withThrowingTaskGroup { group in
        for _ in 0..<8 {
          group.addTask {
            var count = 0
            for _ in 0..<8 { count += try await client.call(way, Bytes(count: 1 << 20)).count }
            return count
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(received == 64 << 20)
      await client.close()
    }
  }

  @Test("fifty thousand calls leave nothing behind")
  func manyCalls() async throws {
    try await ServerUnderTest.with(Self.echo) { test in
      let client = try await test.client()
      try await withThrowingTaskGroup { group in
        for _ in 0..<50 {
          group.addTask {
            for _ in 0..<1000 { _ = try await client.call("Async", "x") }
          }
        }
        try await group.waitForAll()
      }
      #expect(test.server.connectionCount == 1)
      await client.close()
      try await eventually("no connection is left") { test.server.connectionCount == 0 }
    }
  }
}
