import NIOCore
import NIOPosix
import RPC
import TTRPC
import TTRPCWire
import Testing

@Suite("Cancellation and lost connections")
struct CancellationTests {
  private static func waiting(_ started: Counter, _ cancelled: Counter) -> [ServerMethod] {
    let wait: @Sendable () async -> Void = {
      started.add()
      await untilCancelled()
      cancelled.add()
    }
    return [
      .unary(
        "Async",
        .async { request, _ in
          await wait()
          return request
        }
      ),
      .stream("Async stream", .async { _, _, _ in await wait() }),
      .stream(
        "Deferred stream",
        .deferred { _, _, stream in
          started.add()
          stream.onEnd { cancelled.add() }
        }
      ),
      .unary("Inline", .inline { request, _ in request }),
    ]
  }

  @Test("a closed connection cancels every handler", arguments: [false, true])
  func closed(isReset: Bool) async throws {
    let started = Counter()
    let cancelled = Counter()
    try await ServerUnderTest.with(Self.waiting(started, cancelled)) { test in
      let peer = try await test.peer()
      for number in 0..<100 {
        let method = ["Async", "Async stream", "Deferred stream"][number % 3]
        try await peer.send(RequestBytes(method: method).frame(UInt32(number * 2 + 1)))
      }
      try await eventually("all run") { started.value == 100 }
      if isReset { try await peer.reset() } else { try await peer.close() }
      try await eventually("all were cancelled") { cancelled.value == 100 }
      try await eventually("no connection is left") { test.server.connectionCount == 0 }
    }
  }

  @Test("a lost connection ends a thousand waiting calls with UNAVAILABLE, and every later one")
  func pendingCalls() async throws {
    let started = Counter()
    try await ServerUnderTest.with(Self.waiting(started, Counter())) { test in
      let client = try await test.client()
      let codes = try await withThrowingTaskGroup { group in
        for number in 0..<1000 {
          group.addTask {
            do {
              if number.isMultiple(of: 2) {
                _ = try await client.call("Async")
              } else {
                for try await _ in try await client.stream("Async stream") {}
              }
              return StatusCode.ok
            } catch let error as RPCError {
              return error.code
            }
          }
        }
        try await eventually("all run") { started.value == 1000 }
        await test.server.shutdown()
        return try await group.reduce(into: [StatusCode: Int]()) { $0[$1, default: 0] += 1 }
      }
      #expect(codes == [.unavailable: 1000])
      let error = await #expect(throws: RPCError.self) { try await client.call("Inline") }
      #expect(error?.code == .unavailable)
      #expect(!client.isActive)
    }
  }

  @Test("a cancelled task stops waiting at once, and the connection goes on")
  func cancelledTask() async throws {
    let started = Counter()
    try await ServerUnderTest.with(Self.waiting(started, Counter())) { test in
      let client = try await test.client()
      let unary = Task { try await client.call("Async") }
      let stream = Task {
        for try await _ in try await client.stream("Async stream") {}
        try Task.checkCancellation()
      }
      try await eventually("both run") { started.value == 2 }
      unary.cancel()
      stream.cancel()
      let error = await #expect(throws: RPCError.self) { try await unary.value }
      #expect(error?.code == .cancelled)
      await #expect(throws: CancellationError.self) { try await stream.value }
      let early = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await client.call("Async")
      }
      await #expect(throws: RPCError.self) { try await early.value }
      #expect(try await client.call("Inline", "on").text == "on")
      await client.close()
    }
  }

  @Test("closing the client ends its own calls with CANCELLED")
  func clientClosed() async throws {
    let started = Counter()
    try await ServerUnderTest.with(Self.waiting(started, Counter())) { test in
      let client = try await test.client()
      async let call = client.call("Async")
      try await eventually("it runs") { started.value == 1 }
      await client.close()
      do {
        _ = try await call
        Issue.record("an answer")
      } catch let error as RPCError {
        #expect(error.code == .cancelled)
      }
      await client.waitUntilClosed()
    }
  }

  @Test("nobody listening there is UNAVAILABLE")
  func nobodyThere() async throws {
    for address in [ServiceAddress.tcp(host: "127.0.0.1", port: 1), .temporarySocket()] {
      let error = await #expect(throws: RPCError.self) {
        try await ClientConnection.connect(to: address, on: MultiThreadedEventLoopGroup.singleton)
      }
      #expect(error?.code == .unavailable)
    }
  }

  @Test("a reset at any byte of a short exchange leaves no connection and no handler behind")
  func resetAtEveryOffset() async throws {
    let started = Counter()
    let cancelled = Counter()
    try await ServerUnderTest.with(Self.waiting(started, cancelled)) { test in
      var exchange = RequestBytes(method: "Inline", payload: ByteBuffer(string: "a")).frame(1)
      exchange.writeImmutableBuffer(RequestBytes(method: "Async").frame(3))
      exchange.writeImmutableBuffer(RequestBytes(method: "Deferred stream").frame(5))
      for offset in 0...exchange.readableBytes {
        let peer = try await test.peer()
        if let part = exchange.getSlice(at: 0, length: offset), offset > 0 {
          try await peer.send(part)
        }
        if offset.isMultiple(of: 2) { try await peer.reset() } else { try await peer.close() }
      }
      try await eventually("no connection is left") { test.server.connectionCount == 0 }
      try await eventually("no handler is left") { started.value == cancelled.value }
      let client = try await test.client()
      #expect(try await client.call("Inline", "alive").text == "alive")
      await client.close()
    }
  }

  @Test("calls in front of what is no frame are answered before the connection ends")
  func answersBeforeForeignBytes() async throws {
    let gate = Gate()
    let methods: [ServerMethod] = [
      .unary(
        "Gate",
        .async { request, _ in
          await gate.pass()
          return request
        }
      )
    ]
    try await ServerUnderTest.with(methods) { test in
      let peer = try await test.peer()
      var bytes = RequestBytes(method: "Gate").frame(1)
      bytes.writeString("GET / HTTP/1.1\r\n\r\n")
      try await peer.send(bytes)
      try await eventually("it waits") { gate.waiting == 1 }
      #expect(peer.isActive)
      gate.open()
      try await eventually("the end comes") { !peer.isActive }
      #expect(peer.frames.map(\.header.streamID.rawValue) == [1])
      #expect(peer.frames.first?.status == nil)
    }
  }

  @Test("an answer that takes too long is not waited for behind what is no frame")
  func lateAnswerBeforeForeignBytes() throws {
    let kept = Box<[any Sendable]>([])
    let method = ServerMethod.unary(
      "Keep",
      .deferred { _, _, reply in kept.change { $0.append(reply) } }
    )
    let server = try ServerOnTestLoop([method], ServerConfiguration())
    let peer = try server.peer()
    peer.call("Keep", 1)
    peer.send(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"))
    #expect(peer.isOpen)
    server.advance(.seconds(5))
    #expect(peer.code(1) != nil)
    server.advance(.seconds(2))
    #expect(!peer.isOpen)
  }

  @Test("a connection closed for what it sent does not keep tasks of its loop from running")
  func foreignProtocol() async throws {
    let gate = Gate()
    let methods: [ServerMethod] = [
      .unary(
        "Gate",
        .async { request, _ in
          await gate.pass()
          return request
        }
      )
    ]
    try await ServerUnderTest.with(methods) { test in
      let client = try await test.client()
      async let answer = client.call("Gate", "done", CallOptions(timeout: .seconds(60)))
      try await eventually("it waits") { gate.waiting == 1 }
      let peer = try await test.peer()
      try await peer.send(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"))
      try await eventually("the stranger was turned away") { !peer.isActive }
      gate.open()
      #expect(try await answer.text == "done")
      await client.close()
    }
  }
}
