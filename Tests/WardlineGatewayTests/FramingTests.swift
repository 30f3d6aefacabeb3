import NIOCore
import NIOHTTP1
import Testing

@testable import WardlineGateway

/// What stands between NIO's parser and the routes, over real sockets.
@Suite("Requests and answers of one connection", .timeLimit(.minutes(1)))
struct FramingTests {
  /// What comes back for these bytes, once the server has closed the connection.
  private func answers(
    to text: String,
    then: (RawConnection) async throws -> Void = { _ in }
  ) async throws -> String {
    var answers = ""
    try await Practice.with { practice in
      _ = try await practice.person("amara", "patient")
      let connection = try await RawConnection(port: practice.port)
      try await connection.send(text)
      try await then(connection)
      answers = try await connection.closed()
    }
    return answers
  }

  /// The statuses, in their order.
  private func statuses(_ answers: String) -> [String] {
    answers.split(separator: "HTTP/1.").map { String($0.dropFirst(2).prefix(3)) }
  }

  private static func request(
    _ line: String,
    _ headers: [String] = [],
    version: String = "1.1",
    host: String = "Host: x\r\n",
    body: String = ""
  ) -> String {
    let fields = ["Authorization: Bearer amara/patient"] + headers
    let lines = fields.map { $0 + "\r\n" }.joined()
    return "\(line) HTTP/\(version)\r\n\(host)\(lines)\r\n\(body)"
  }

  private static let me = request("GET /api/me")
  private static let last = request("GET /api/me", ["Connection: close"])
  private static let json = "Content-Type: application/json"
  private static let chunked = "Transfer-Encoding: chunked"

  @Test(
    "what cannot be read is refused behind the answers to what was asked before",
    arguments: [
      (me + "GARBAGE\r\n\r\n", ["200", "400"]),
      (me + me + me + "\u{1}", ["200", "200", "200", "400"]),
      ("GARBAGE\r\n\r\n", ["400"]), (me + "GET / HTTP/1.2\r\n\r\n", ["200", "400"]),
      ("FOO /api/me HTTP/1.1\r\nHost: x\r\n\r\n", ["400"]),
      (request("POST /messages", [json, "Transfer-Encoding: gzip, chunked"]), ["501"]),
      (request("POST /messages", [json, chunked], version: "1.0"), ["400"]),
      (
        me + "GET / HTTP/1.1\r\nX: \(String(repeating: "y", count: 20_000))\r\n\r\n",
        ["200", "400"]
      ),
      (request("POST /messages", [json, "Content-Length: x"]), ["400"]),
    ] as [(String, [String])]
  )
  func garbage(text: String, expected: [String]) async throws {
    let answers = try await answers(to: text)
    #expect(statuses(answers) == expected)
    #expect(answers.hasSuffix("Content-Length: 0\r\n\r\n"))
  }

  @Test(
    "a body that cannot be read is its request's fault, and has one answer",
    arguments: [
      (request("POST /messages", [json, chunked], body: "zz\r\n"), "400"),
      (request("PUT /api/conversations/C/read", [json, chunked], body: "1\r\n{\r\nzz"), "400"),
      (
        request(
          "PATCH /api/attachments/A",
          ["Content-Type: application/octet-stream", chunked],
          body: "1\r\n{\r\nzz"
        ), "400"
      ),
      (request("POST /nowhere", [json, chunked], body: "zz\r\n"), "404"),
    ] as [(String, String)]
  )
  func brokenBody(text: String, expected: String) async throws {
    #expect(statuses(try await answers(to: text)) == [expected])
  }

  @Test(
    "what a body must be it must be where none is needed, in one piece and in chunks",
    arguments: [
      ([], "", "200"), (["Content-Length: 0"], "", "200"), ([chunked], "0\r\n\r\n", "200"),
      ([json, "Content-Length: 2"], "{}", "200"), (["Content-Length: 2"], "{}", "415"),
      ([json, chunked], "2\r\n{}\r\n0\r\n\r\n", "200"), ([chunked], "2\r\n{}\r\n0\r\n\r\n", "415"),
      ([json, "Content-Length: 2"], "{,", "400"), ([json, chunked], "2\r\n{,\r\n0\r\n\r\n", "400"),
    ] as [([String], String, String)]
  )
  func unneededBody(headers: [String], body: String, expected: String) async throws {
    let text = Self.request("GET /api/me", headers, body: body) + Self.last
    #expect(statuses(try await answers(to: text)) == [expected, "200"])
  }

  @Test(
    "HTTP/1.1 has exactly one Host, HTTP/1.0 need not",
    arguments: [
      (request("GET /api/me", host: ""), "400"),
      (request("GET /api/me", host: "Host: x\r\nHost: x\r\n"), "400"),
      (request("GET /api/me", version: "1.0", host: ""), "200"),
    ] as [(String, String)]
  )
  func host(text: String, expected: String) async throws {
    #expect(statuses(try await answers(to: text)) == [expected])
  }

  @Test("HTTP/1.0 gets no chunks, and the end of the connection for the end of the answer")
  func old() async throws {
    let events = try await answers(
      to: Self.request("GET /api/events", version: "1.0")
    )
    #expect(events.hasPrefix("HTTP/1.0 200 OK"))
    let page = try await answers(to: Self.request("GET /", version: "1.0", host: ""))
    #expect(page.hasPrefix("HTTP/1.0 "))
    #expect(!page.lowercased().contains("chunked"))
  }

  @Test(
    "HEAD gets the header of the answer and nothing behind it",
    arguments: [
      ("/nowhere", "404"), ("/api/conversations/C/read", "405"), ("/api/me", "200"),
      ("/openapi.json", "200"),
    ]
  )
  func head(path: String, expected: String) async throws {
    let text = try await answers(to: Self.request("HEAD \(path)") + Self.last)
    #expect(statuses(text) == [expected, "200"])
    #expect(text.contains("\r\n\r\nHTTP/1.1 200"))
  }

  @Test("a client that waits to send its body is told to go on, once there is somebody to read it")
  func expectation() async throws {
    let text = try await answers(
      to: Self.request(
        "POST /messages",
        [Self.json, "Content-Length: 2", "Expect: 100-continue", "Connection: close"]
      )
    ) {
      try await $0.received("HTTP/1.1 100 Continue\r\n\r\n")
      try await $0.send("{}")
    }
    #expect(statuses(text) == ["100", "400"])
  }

  @Test("it is not told so when its request is refused for what its header says")
  func refusedExpectation() async throws {
    let header = ["Content-Length: 99999999", "Expect: 100-continue", "Connection: close"]
    let text = try await answers(to: Self.request("POST /messages", [Self.json] + header))
    #expect(statuses(text) == ["413"])
  }
}
