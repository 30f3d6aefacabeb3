import Histogram
import LoadGeneration
import Logging
import NIOCore
import NIOPosix
import RPC
import Synchronization
import TTRPC
import Testing

@Suite("The load generator")
struct LoadGeneratorTests {
  @Test("a closed loop counts its answers and their latencies")
  func closedLoop() async throws {
    let report = try await load(Echo.inline) {
      $0.connections = 2
      $0.pace = .closed(inFlight: 4)
    }
    #expect(report.answers > 0)
    #expect(report.failures == 0)
    #expect(report.latencies.totalCount == UInt64(report.answers))
    #expect(report.callsPerSecond > 0)
  }

  @Test("an open loop makes no more calls than it was asked for")
  func openLoop() async throws {
    let report = try await load(Echo.inline) {
      $0.pace = .open(callsPerSecond: 500)
      $0.connections = 3
    }
    #expect(report.answers > 0)
    // All calls of the time that passed, and those that were under way when it began.
    #expect(Double(report.answers) <= 500 * (report.seconds + 1) + 3)
  }

  @Test("calls that fail are counted as answers and as failures")
  func failures() async throws {
    let report = try await load(Echo.refusing) { $0.pace = .closed(inFlight: 1) }
    #expect(report.failures >= report.answers)
    #expect(report.answers > 0)
  }

  @Test("the greeting is answered before the first call")
  func greeting() async throws {
    let greeted = Atomic<Bool>(false)
    let early = Atomic<Int>(0)
    let methods: [ServerMethod] = [
      ServerMethod(
        Echo.greeting,
        .inline { _, _, _ in greeted.store(true, ordering: .relaxed) }
      ),
      ServerMethod(
        Echo.method,
        .inline { _, _, _ in
          if !greeted.load(ordering: .relaxed) { early.add(1, ordering: .relaxed) }
        }
      ),
    ]
    let report = try await load(methods) {
      $0.greeting = RequestFrame(Echo.greeting, ByteBuffer())
    }
    #expect(report.answers > 0)
    #expect(early.load(ordering: .relaxed) == 0)
  }

  @Test("a server that closes the connection is an error")
  func lost() async throws {
    let group = MultiThreadedEventLoopGroup.singleton
    let listener = try await ServerBootstrap(group: group)
      .childChannelInitializer { $0.close() }
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(listener.localAddress?.port)
    var plan = LoadPlan(
      RequestFrame(Echo.method, ByteBuffer()),
      to: .tcp(host: "127.0.0.1", port: port)
    )
    plan.duration = .milliseconds(50)
    await #expect(throws: (any Error).self) { try await LoadGenerator(plan).run() }
    try await listener.close()
  }

  /// Runs a short load against a server with these methods.
  private func load(
    _ methods: [ServerMethod],
    _ adjust: (inout LoadPlan) -> Void
  ) async throws -> LoadReport {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let server = try Server(methods: methods, on: group, logger: Logger(label: "load"))
    let address = try await server.listen(on: .tcp(host: "127.0.0.1", port: 0))
    var plan = LoadPlan(RequestFrame(Echo.method, ByteBuffer(string: "hello")), to: address)
    plan.warmUp = .milliseconds(10)
    plan.duration = .milliseconds(200)
    adjust(&plan)
    let report = try await LoadGenerator(plan).run()
    await server.shutdown()
    try await group.shutdownGracefully()
    return report
  }
}

private enum Echo {
  static let method = MethodDescriptor(service: "load.v1.Echo", name: "Echo", kind: .unary)
  static let greeting = MethodDescriptor(service: "load.v1.Echo", name: "Greet", kind: .unary)

  static let inline = [
    ServerMethod(
      method,
      .inline { payload, _, answer in answer.writeRepeatingByte(0x61, count: payload.byteCount) }
    )
  ]

  static let refusing = [
    ServerMethod(method, .inline { _, _, _ in throw RPCError(.unavailable, "not today") })
  ]
}
