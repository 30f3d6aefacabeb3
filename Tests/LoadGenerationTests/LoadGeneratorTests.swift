import Histogram
import LoadGeneration
import Logging
import NIOCore
import NIOPosix
import RPC
import Synchronization
import TTRPC
import TestCertificates
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
      $0.greeting = LoadRequest(Echo.greeting, ByteBuffer())
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
      LoadRequest(Echo.method, ByteBuffer()),
      to: .tcp(host: "127.0.0.1", port: port)
    )
    plan.duration = .milliseconds(50)
    await #expect(throws: (any Error).self) { try await LoadGenerator(plan).run() }
    try await listener.close()
  }

  @Test("a server behind TLS is loaded like any other, if its certificate is good")
  func encrypted() async throws {
    let files = try TestCertificateFolder()
    let authority = try TestAuthority()
    let server = try files.write(authority.issue(.localhost), "server")
    let tls = try ServerTLS(
      ServerTLS.Configuration(certificateFile: server.certificate, keyFile: server.key),
      logger: Logger(label: "load")
    )
    let roots = try files.write(authority.pem(), "roots.pem")
    let trust = try ClientTLS(ClientTLS.Configuration(trustRootsFile: roots))
    let report = try await load(Echo.inline, tls: tls) { $0.tls = trust }
    #expect(report.answers > 0)
    #expect(report.failures == 0)
    await #expect(throws: RPCError.self) { try await load(Echo.inline, tls: tls) { _ in } }
  }

  /// Runs a short load against a server with these methods.
  private func load(
    _ methods: [ServerMethod],
    tls: ServerTLS? = nil,
    _ adjust: (inout LoadPlan) -> Void
  ) async throws -> LoadReport {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let server = try Server(methods: methods, on: group, logger: Logger(label: "load"))
    let address = try await server.listen(
      on: tls == nil ? .tcp(host: "127.0.0.1", port: 0) : .tls(host: "127.0.0.1", port: 0),
      options: ListenerOptions(tls: tls)
    )
    var plan = LoadPlan(LoadRequest(Echo.method, ByteBuffer(string: "hello")), to: address)
    plan.warmUp = .milliseconds(10)
    // However busy the machine is, this many come within the time.
    plan.duration = .seconds(60)
    plan.answersMax = 50
    adjust(&plan)
    let report: Result<LoadReport, any Error>
    do { report = .success(try await LoadGenerator(plan).run()) } catch { report = .failure(error) }
    await server.shutdown()
    try await group.shutdownGracefully()
    return try report.get()
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
