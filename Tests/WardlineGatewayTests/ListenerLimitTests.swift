import NIOCore
import NIOHTTP1
import PrometheusMetrics
import Testing

@testable import WardlineGateway

@Suite("How much of everything the HTTP listener accepts")
struct ListenerLimitTests {
  private let metrics = PrometheusRegistry()

  /// How often a limit was reached, by the metric.
  private func count(of limit: GatewayLimit) -> Int {
    let name = "wardline_http_limit_reached_total{limit=\"\(limit.rawValue)\"} "
    let line = metrics.text().split(separator: "\n").first { $0.hasPrefix(name) }
    return line.flatMap { Int($0.dropFirst(name.count)) } ?? -1
  }

  @Test("whoever reads nothing of what waits for them is let go")
  func unread() async throws {
    try await Practice.with(settings: { $0.unreadTimeout = .seconds(1) }, metrics: metrics) {
      practice in
      let deaf = try await RawConnection(port: practice.port, reads: false)
      // More than the buffers of the system take.
      let request = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
      try await deaf.send(String(repeating: request, count: 500))
      let amara = try await practice.person("amara", "patient")
      while count(of: .unread) == 0 { #expect(try await amara.get("/api/me").status == 200) }
      try await deaf.close()
    }
  }

  @Test("an address has as many connections as it may have; one more is closed, until one closes")
  func perAddress() async throws {
    func change(_ settings: inout GatewaySettings) {
      settings.perAddressLimitsIncludeLoopback = true
      settings.connectionsPerAddressMax = 2
    }
    try await Practice.with(settings: change, metrics: metrics) { practice in
      let first = try await RawConnection(port: practice.port)
      let second = try await RawConnection(port: practice.port)
      #expect(try await RawConnection(port: practice.port).closed().isEmpty)
      #expect(count(of: .connectionsPerAddress) == 1)
      try await first.close()
      // The server hears of it a moment later.
      while true {
        let next = try await RawConnection(port: practice.port)
        try? await next.send("GET /api/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        if try await next.closed().hasPrefix("HTTP/1.1 401") { break }
      }
      try await second.close()
    }
  }

  @Test("an address opens connections as fast as it may, and no faster")
  func perAddressPerSecond() async throws {
    func change(_ settings: inout GatewaySettings) {
      settings.perAddressLimitsIncludeLoopback = true
      settings.connectionsPerAddressPerSecond = 3
    }
    try await Practice.with(settings: change, metrics: metrics) { practice in
      var open: [RawConnection] = []
      while count(of: .connectionsPerAddressPerSecond) == 0 {
        open.append(try await RawConnection(port: practice.port))
      }
      #expect(open.count > 3)
    }
  }

  @Test("a user has as many event streams as there may be, of whichever kind")
  func eventStreams() async throws {
    try await Practice.with(settings: { $0.eventStreamsPerUserMax = 2 }, metrics: metrics) {
      practice in
      let amara = try await practice.person("amara", "patient")
      let first = try await ServerSentEvents(amara, "/api/events/stream")
      _ = try await first.nextHeartbeat()
      try await WebSocketReader.with(amara, "/api/events/socket") { socket in
        _ = try await socket.nextHeartbeat()
        let third = try await amara.get("/api/events/stream")
        #expect(third.status == 429)
        #expect(third.text("code") == "RESOURCE_EXHAUSTED")
        #expect(third.headers.first(name: "Content-Type") == "application/problem+json")
        #expect(third.headers.first(name: "Retry-After") == "5")
        #expect(try await amara.get("/api/events?wait=1").status == 429)
        try await WebSocketReader.with(amara, "/api/events/socket") { fourth in
          let code = try await fourth.closeCode()
          #expect(code == 4429)
        }
        // Nobody else is kept out, and other requests are answered.
        let lind = try await practice.person("lind", "dietitian")
        #expect(try await lind.get("/api/events").status == 200)
        #expect(try await amara.get("/api/me").status == 200)
      }
      // The end of a stream makes room, a moment later.
      while try await amara.get("/api/events").status != 200 {}
      #expect(count(of: .eventStreamsPerUser) >= 3)
    }
  }

  @Test("a service, which acts for many, has any number of event streams")
  func services() async throws {
    try await Practice.with(settings: { $0.eventStreamsPerUserMax = 1 }) { practice in
      let portal = try await practice.person("portal", "service")
      let first = try await ServerSentEvents(portal, "/api/events/stream")
      _ = try await first.nextHeartbeat()
      #expect(try await portal.get("/api/events").status == 200)
    }
  }
}
