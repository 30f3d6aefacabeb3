import NIOHTTP1
import PrometheusMetrics
import Testing

@testable import WardlineGateway

@Suite("What is counted of requests")
struct RequestMetricTests {
  private let metrics = PrometheusRegistry()

  private func has(_ line: String) -> Bool {
    metrics.text().split(separator: "\n").contains { $0 == line }
  }

  private func requests(_ method: String, _ route: String, _ status: String) -> String {
    "wardline_http_requests_total{method=\"\(method)\",route=\"\(route)\",status=\"\(status)\"}"
  }

  @Test("requests are counted by the template of their route, never by what they name")
  func routes() async throws {
    try await Practice.with(metrics: metrics, app: PracticeApp()) { practice in
      #expect(has("\(requests("GET", "/messages/{id}", "4xx")) 0"))
      #expect(has("\(requests("GET", "/web/session", "2xx")) 0"))
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      let id = try await amara.write("one", to: lind).text("Message_id")
      #expect(try await amara.get("/messages/\(id)").status == 200)
      #expect(try await amara.send(.HEAD, "/messages/\(id)").status == 200)
      #expect(try await amara.get("/messages/nothing").status == 404)
      #expect(try await amara.get("/no/such/path").status == 404)
      #expect(try await amara.get("/").status == 200)
      for line in [
        "\(requests("GET", "/api/me", "2xx")) 2", "\(requests("POST", "/messages", "2xx")) 1",
        "\(requests("GET", "/messages/{id}", "2xx")) 2",
        "\(requests("GET", "/messages/{id}", "4xx")) 1", "\(requests("GET", "/", "2xx")) 1",
        "\(requests("none", "none", "4xx")) 1",
        "wardline_http_request_seconds_count{method=\"GET\",route=\"/messages/{id}\"} 3",
      ] { #expect(has(line), "\(line)") }
      #expect(!metrics.text().contains(id))
      #expect(!metrics.text().contains("amara"))
    }
  }

  @Test("connections and event streams are shown as long as they are open")
  func open() async throws {
    try await Practice.with(metrics: metrics) { practice in
      let amara = try await practice.person("amara", "patient")
      let connection = try await RawConnection(port: practice.port)
      let feed = try await ServerSentEvents(amara, "/api/events/stream")
      _ = try await feed.nextHeartbeat()
      #expect(has("wardline_http_event_streams{kind=\"stream\"} 1"))
      try await WebSocketReader.with(amara, "/api/events/socket") { socket in
        _ = try await socket.nextHeartbeat()
        #expect(has("wardline_http_event_streams{kind=\"socket\"} 1"))
        #expect(has("\(requests("GET", "/api/events/socket", "1xx")) 1"))
      }
      try await connection.close()
      await practice.stop()
      _ = try? await feed.rest()
      #expect(has("wardline_http_connections 0"))
      #expect(has("wardline_http_event_streams{kind=\"stream\"} 0"))
      #expect(has("wardline_http_event_streams{kind=\"socket\"} 0"))
    }
  }
}
