import Logging
import NIOCore
import NIOPosix
import RPC
import SeededRandom
import TTRPC
import TTRPCWire
import Testing

@Suite("History: a server comes and goes", .tags(.history))
struct ServerHistoryTests {
  @Test("T#175: a server that is shut down while it starts to listen does not listen afterwards")
  func startAndShutdown() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    for _ in 0..<Soak.count(300, soak: 10_000) {
      let server = try Server(
        methods: [],
        on: group,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      )
      async let listening = try? server.listen(on: .tcp(host: "127.0.0.1", port: 0))
      await server.shutdown()
      guard let address = await listening else { continue }
      #expect(await Self.isRefused(at: address, on: group))
    }
    try await group.shutdownGracefully()
  }

  /// Whether nobody accepts connections, soon: a few may be taken while the listener closes.
  private static func isRefused(
    at address: ServiceAddress,
    on group: any EventLoopGroup
  ) async -> Bool {
    for _ in 0..<1000 {
      guard let client = try? await ClientConnection.connect(to: address, on: group) else {
        return true
      }
      await client.close()
    }
    return false
  }

  @Test("R#284, R#298, R#200, R#228: no reply is lost in a shutdown, and the port is free after it")
  func pendingReplies() async throws {
    let calls = 200
    let gate = Gate()
    let methods: [ServerMethod] = [
      .unary(
        "Wait",
        .async { request, _ in
          await gate.pass()
          return request
        }
      )
    ]
    let address = try await ServerUnderTest.with(methods) { test in
      let client = try await test.client()
      try await withThrowingTaskGroup { group in
        for _ in 0..<calls { group.addTask { try await client.call("Wait", "x").text } }
        try await eventually("all of them wait") { gate.waiting == calls }
        async let shutdown: Void = test.server.shutdown(grace: .seconds(30))
        try await eventually("the client knows") { client.state != .active }
        gate.open()
        let replies = try await group.reduce(into: []) { $0.append($1) }
        #expect(replies == Array(repeating: "x", count: calls))
        await shutdown
      }
      #expect(test.server.connectionCount == 0)
      await client.close()
      return test.address
    }
    try await ServerUnderTest.with(methods, at: address) { test in
      #expect(test.address == address)
    }
  }

  @Test("R#284, R#298, R#200, R#228: replies that do not come in time are UNAVAILABLE, all of them")
  func lateReplies() async throws {
    let calls = 200
    let running = Counter()
    let methods: [ServerMethod] = [
      .unary(
        "Wait",
        .async { _, _ in
          running.add()
          await untilCancelled()
          throw CancellationError()
        }
      )
    ]
    try await ServerUnderTest.with(methods) { test in
      let client = try await test.client()
      try await withThrowingTaskGroup(of: StatusCode?.self) { group in
        for _ in 0..<calls {
          group.addTask {
            do {
              _ = try await client.call("Wait", "x")
              return nil
            } catch let error as RPCError {
              return error.code
            }
          }
        }
        try await eventually("all of them run") { running.value == calls }
        await test.server.shutdown(grace: .zero)
        let codes = try await group.reduce(into: []) { $0.append($1) }
        #expect(codes == Array(repeating: .unavailable, count: calls))
      }
      await client.close()
    }
  }

  /// Knows a connection by a call before, because a stream of the Go client brings no metadata.
  private struct KnownConnections: ServerInterceptor {
    func admit(_ context: inout ServerContext) -> Admission {
      if context.method.name == "Login" || context.connection.identity != nil { return .proceed }
      return .refuse(RPCError(.unauthenticated, "log in first"))
    }
  }

  private final class Somebody: CallerIdentity {
    let subject = "somebody"
  }

  @Test(
    "T client.go 156, 507: a stream that is opened without metadata has its connection's identity"
  )
  func streamWithoutMetadata() async throws {
    let methods: [ServerMethod] = [
      .unary(
        "Login",
        .inline { request, context in
          context.connection.bind(Somebody())
          return request
        }
      ),
      .stream(
        "Thrice",
        .async { request, _, writer in
          for _ in 0..<3 { try await writer.write(request) }
        }
      ),
      .conversing("Echoes") { requests, responses in
        for try await request in requests { try await responses.write(request) }
      },
    ]
    try await ServerUnderTest.with(methods, interceptors: [KnownConnections()]) { test in
      let peer = try await test.peer()
      try await peer.send(RequestBytes(method: "Thrice", flags: .remoteClosed).frame(1))
      #expect(try await peer.status(of: 1)?.code == .unauthenticated)
      try await peer.send(RequestBytes(method: "Login").frame(3))
      #expect(try await peer.status(of: 3) == nil)
      try await peer.send(RequestBytes(method: "Thrice", flags: .remoteClosed).frame(5))
      #expect(try await peer.frames(of: 5, count: 4).count == 4)
      try await peer.send(RequestBytes(method: "Echoes", flags: .remoteOpen).frame(7))
      try await peer.send(.frame(7, .data, [.remoteClosed], ByteBuffer(string: "hello")))
      let echoed = try await peer.frames(of: 7, count: 2)
      #expect(echoed.first.map { String(buffer: $0.data) } == "hello")
      try await peer.close()
    }
  }
}
