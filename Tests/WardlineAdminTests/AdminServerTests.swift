import Logging
import Metrics
import NIOCore
import NIOPosix
import PrometheusMetrics
import Synchronization
import Testing
import WardlineAdmin

@Suite("The admin port", .timeLimit(.minutes(2)))
struct AdminServerTests {
  private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private func with(
    isReady: @escaping @Sendable () -> Bool = { true },
    _ body: (PrometheusRegistry, Int) async throws -> Void
  ) async throws {
    let registry = PrometheusRegistry()
    let admin = try await AdminServer.start(
      on: .tcp(host: "127.0.0.1", port: 0),
      metrics: registry,
      isReady: isReady,
      logger: Self.logger
    )
    let result: Result<Void, any Error>
    do {
      result = .success(try await body(registry, try #require(admin.port)))
    } catch {
      result = .failure(error)
    }
    await admin.stop()
    try result.get()
  }

  @Test("/metrics is the text for Prometheus, with its content type")
  func metrics() async throws {
    try await with { registry, port in
      Counter(label: "n_total", factory: registry).increment()
      let response = try await HTTPRequest.get("/metrics", port: port)
      #expect(response.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(response.lowercased().contains("content-type: text/plain; version=0.0.4"))
      #expect(response.hasSuffix("# TYPE n_total counter\nn_total 1\n"))
    }
  }

  @Test("/readyz says whether calls are taken; /healthz only that the process lives")
  func readiness() async throws {
    let isReady = Mutex(false)
    try await with(isReady: { isReady.withLock { $0 } }) { _, port in
      let before = try await HTTPRequest.get("/readyz", port: port)
      #expect(before.hasPrefix("HTTP/1.1 503 "))
      let alive = try await HTTPRequest.get("/healthz", port: port)
      #expect(alive.hasPrefix("HTTP/1.1 200 "))
      isReady.withLock { $0 = true }
      let after = try await HTTPRequest.get("/readyz", port: port)
      #expect(after.hasPrefix("HTTP/1.1 200 "))
    }
  }

  @Test("nothing else is there")
  func others() async throws {
    try await with { _, port in
      for path in ["/", "/metrics/x", "/../etc/passwd"] {
        let response = try await HTTPRequest.get(path, port: port)
        #expect(response.hasPrefix("HTTP/1.1 404 "))
      }
    }
  }

  @Test("is stopped while connections come that are gone already")
  func stoppedWhileTaking() async throws {
    for _ in 0..<20 {
      try await with { _, port in
        for _ in 0..<30 {
          let connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port).get()
          try await connection.close()
        }
      }
    }
  }

  @Test("is stopped while a connection stays open and asks for nothing")
  func stoppedBesideIdle() async throws {
    var idle: [any Channel] = []
    try await with { _, port in
      idle.append(
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
          .connect(host: "127.0.0.1", port: port).get()
      )
    }
    for connection in idle { try await connection.closeFuture.get() }
  }

  @Test("an address in use is an error, and a stopped server frees its port")
  func ports() async throws {
    let first = try await AdminServer.start(
      on: .tcp(host: "127.0.0.1", port: 0),
      metrics: PrometheusRegistry(),
      isReady: { true },
      logger: Self.logger
    )
    let port = try #require(first.port)
    func second() async throws -> AdminServer {
      try await AdminServer.start(
        on: .tcp(host: "127.0.0.1", port: port),
        metrics: PrometheusRegistry(),
        isReady: { true },
        logger: Self.logger
      )
    }
    await #expect(throws: (any Error).self) { try await second() }
    await first.stop()
    let again = try await second()
    await again.stop()
  }
}
