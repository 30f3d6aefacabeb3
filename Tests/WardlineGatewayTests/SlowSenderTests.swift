import NIOCore
import PrometheusMetrics
import Testing

@testable import WardlineGateway

/// What is cut off was dripping or silent: each test ends because the server closes the connection.
@Suite("Peers that send slowly, or nothing", .timeLimit(.minutes(1)))
struct SlowSenderTests {
  private func with(_ body: (RawConnection, Practice) async throws -> Void) async throws {
    try await Practice.with(settings: { $0.idleTimeout = .seconds(3) }) { practice in
      try await body(try await RawConnection(port: practice.port), practice)
    }
  }

  private static let whole = "GET /api/me HTTP/1.1\r\nHost: x\r\n\r\n"

  @Test("a connection on which nothing is asked is closed")
  func silent() async throws {
    try await with { connection, _ in
      let text = try await connection.closed()
      #expect(text.isEmpty)
    }
  }

  @Test("a header that comes byte by byte is given up")
  func slowHeader() async throws {
    try await with { connection, _ in
      try await connection.send("GET /api/me HTTP/1.1\r\nX-Slow: ")
      connection.drip()
      #expect(try await connection.closed().isEmpty)
    }
  }

  @Test("so is one behind a request that was answered")
  func slowSecondHeader() async throws {
    try await with { connection, _ in
      try await connection.send(Self.whole + "GET /api/me HTTP/1.1\r\nX-Slow: ")
      connection.drip()
      let text = try await connection.closed()
      #expect(text.ranges(of: "HTTP/1.1 401").count == 1)
    }
  }

  @Test("a connection that is kept and not used is closed")
  func idle() async throws {
    try await with { connection, _ in
      try await connection.send(Self.whole)
      #expect(try await connection.closed().hasPrefix("HTTP/1.1 401"))
    }
  }

  @Test(
    "a body that comes byte by byte is given up",
    arguments: ["POST /messages", "GET /nowhere"]
  )
  func slowBody(_ request: String) async throws {
    let metrics = PrometheusRegistry()
    func change(_ settings: inout GatewaySettings) { settings.idleTimeout = .seconds(3) }
    try await Practice.with(settings: change, metrics: metrics) { practice in
      let connection = try await RawConnection(port: practice.port)
      try await connection.send(
        "\(request) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer amara/patient\r\n"
          + "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"
      )
      connection.drip()
      _ = try await connection.closed()
      let line = "wardline_http_limit_reached_total{limit=\"body-bytes-per-second\"} 1"
      #expect(metrics.text().contains(line))
    }
  }

  @Test("a body that stops coming is given up")
  func silentBody() async throws {
    try await with { connection, _ in
      try await connection.send(
        "POST /messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer amara/patient\r\n"
          + "Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
      )
      #expect(try await !connection.closed().contains("HTTP/1.1 2"))
    }
  }

  @Test("a header with too many fields, or too long a one, is refused and the connection closed")
  func largeHeader() async throws {
    let fields = (0..<200).map { "X-\($0): y\r\n" }.joined()
    let long = "X-Long: \(String(repeating: "y", count: 20_000))\r\n"
    for part in [fields, long] {
      try await with { connection, _ in
        try await connection.send("GET /api/me HTTP/1.1\r\nHost: x\r\n\(part)\r\n")
        #expect(try await connection.closed().hasPrefix("HTTP/1.1 400"))
      }
    }
  }
}
