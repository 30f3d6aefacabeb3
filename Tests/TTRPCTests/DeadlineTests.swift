import NIOCore
import NIOPosix
import RPC
import TTRPC
import TTRPCWire
import Testing

@Suite("Deadlines")
struct DeadlineTests {
  @Test("the server cancels the task and answers DEADLINE_EXCEEDED", arguments: [false, true])
  func serverSide(isStream: Bool) async throws {
    let cancelled = Counter()
    let methods: [ServerMethod] = [
      .unary(
        "Wait",
        .async { request, _ in
          await untilCancelled()
          cancelled.add()
          return request
        }
      ),
      .stream(
        "Wait",
        .async { _, _, _ in
          await untilCancelled()
          cancelled.add()
        }
      ),
    ].filter { ($0.descriptor.kind == .unary) != isStream }
    try await ServerUnderTest.with(methods) { test in
      let peer = try await test.peer()
      let request = RequestBytes(method: "Wait", timeoutNanoseconds: 20_000_000)
      try await peer.send(request.frame(1))
      #expect(try await peer.status(of: 1)?.code == .deadlineExceeded)
      try await eventually("the handler was cancelled") { cancelled.value == 1 }
      try await peer.close()
    }
  }

  @Test("a handler knows its deadline; without one there is none")
  func context() async throws {
    let methods: [ServerMethod] = [
      .unary(
        "Left",
        .inline { _, context in
          let left = context.deadline.map {
            ($0 - context.eventLoop.now).nanoseconds / 1_000_000_000
          }
          return Bytes(ByteBuffer(string: left.map { "\($0)" } ?? "none"))
        }
      )
    ]
    try await ServerUnderTest.with(methods) { test in
      let client = try await test.client()
      #expect(try await client.call("Left").text == "none")
      let minute = try await client.call("Left", "", CallOptions(timeout: .seconds(60))).text
      #expect(["59", "60"].contains(minute))
      let ever = try await client.call("Left", "", CallOptions(timeout: .seconds(Int64.max))).text
      #expect(["86399", "86400"].contains(ever), "cut to the longest that is taken seriously")
      await client.close()
    }
  }

  @Test("a deadline that has passed is answered without the handler", arguments: [-1, Int64.min])
  func negative(timeout: Int64) async throws {
    let calls = Counter()
    let methods: [ServerMethod] = [
      .unary(
        "Count",
        .inline { request, _ in
          calls.add()
          return request
        }
      )
    ]
    try await ServerUnderTest.with(methods) { test in
      let peer = try await test.peer()
      try await peer.send(RequestBytes(method: "Count", timeoutNanoseconds: timeout).frame(1))
      #expect(try await peer.status(of: 1)?.code == .deadlineExceeded)
      try await peer.send(RequestBytes(method: "Count", timeoutNanoseconds: .max).frame(3))
      #expect(try await peer.frames(of: 3).first?.status == nil)
      #expect(calls.value == 1)
      try await peer.close()
    }
  }

  @Test("the client stops by its own clock when the server never answers")
  func clientSide() async throws {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    let port = listener.localAddress?.port ?? 0
    let client = try await ClientConnection.connect(
      to: .tcp(host: "127.0.0.1", port: port),
      on: MultiThreadedEventLoopGroup.singleton
    )
    for timeout in [Duration.milliseconds(20), .zero, .seconds(-5)] {
      let unary = await #expect(throws: RPCError.self) {
        try await client.call("Any", "", CallOptions(timeout: timeout))
      }
      #expect(unary?.code == .deadlineExceeded)
      let stream = await #expect(throws: RPCError.self) {
        for try await _ in try await client.stream("Any", "", CallOptions(timeout: timeout)) {}
      }
      #expect(stream?.code == .deadlineExceeded)
    }
    await client.close()
    try await listener.close()
  }

  @Test(
    "a late answer is dropped, and a handler counts until it has given it",
    arguments: [
      "Async", "Deferred",
    ]
  )
  func handlersCount(way: String) async throws {
    let gate = Gate()
    let replies = Box<[Reply<Bytes>]>([])
    let methods: [ServerMethod] = [
      .unary(
        "Async",
        .async { request, _ in
          await gate.pass()
          return request
        }
      ),
      .unary("Deferred", .deferred { _, _, reply in replies.change { $0.append(reply) } }),
      .unary("Inline", .inline { request, _ in request }),
    ]
    var configuration = ServerConfiguration.patient
    configuration.handlersPerConnectionMax = 4
    try await ServerUnderTest.with(methods, configuration: configuration) { test in
      let peer = try await test.peer()
      let request = RequestBytes(method: way, timeoutNanoseconds: 1_000_000)
      for id: UInt32 in [1, 3, 5, 7] {
        try await peer.send(request.frame(id))
        #expect(try await peer.status(of: id)?.code == .deadlineExceeded)
      }
      try await peer.send(request.frame(9))
      #expect(try await peer.status(of: 9)?.code == .resourceExhausted, "four still work")
      gate.open()
      replies.change { replies in
        for reply in replies { reply.succeed("late") }
        replies = []
      }
      var id: UInt32 = 11
      while id < 10_000 {
        try await peer.send(RequestBytes(method: "Inline").frame(id))
        if try await peer.status(of: id) == nil { break }
        id += 2
      }
      #expect(id < 10_000, "the handlers have ended")
      #expect(peer.frames.filter { $0.header.streamID.rawValue <= 7 }.count == 4)
      try await peer.close()
    }
  }
}
