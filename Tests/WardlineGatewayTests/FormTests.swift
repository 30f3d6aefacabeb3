import NIOCore
import NIOHTTP1
import Testing

@Suite("The form of requests and answers")
struct FormTests {
  @Test("S1.4, S1.5: unknown paths are 404, wrong verbs 405 with those that there are")
  func paths() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      for path in ["/", "/api", "/api/chat", "/message", "/messages/a/b/c", "/api/chat/user/x"] {
        let reply = try await amara.get(path)
        #expect(reply.status == 404)
        #expect(reply.text("code") == "NOT_FOUND")
        #expect(reply.headers.first(name: "Content-Type") == "application/problem+json")
      }
      let wrong = try await amara.send(.PUT, "/messages")
      #expect(wrong.status == 405)
      #expect(wrong.headers.first(name: "Allow") == "POST, GET, HEAD")
      #expect(try await amara.send(.OPTIONS, "/messages/1").status == 405)
      let search = try await amara.send(.DELETE, "/messages/search")
      #expect(search.status == 405)
      #expect(search.headers.first(name: "Allow") == "GET, HEAD")
      #expect(
        try await amara.send(.DELETE, "/api/chat/user/a/dietitian").headers.first(name: "Allow")
          == "GET, HEAD"
      )
      #expect(try await practice.stranger.get("/api/chat/user/a/dietitian").status == 401)
    }
  }

  @Test("bodies are checked to the letter, and the field at fault is named")
  func bodies() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let wrong: [([String: Any], String)] = [
        (["Content": "x", "recipient_id": "lind"], "recipient_id"),
        (["Content": 1, "Recipient_id": "lind"], "Content"),
        (["Content": "x", "Recipient_id": ["lind"]], "Recipient_id"),
        (["Content": "x", "Recipient_id": "lind", "Message_Type": "shout"], "Message_Type"),
        (["Content": "x", "Recipient_id": "lind", "Message_Type": 1], "Message_Type"),
        (["Content": "x", "Recipient_id": "lind", "Mentions": "amara"], "Mentions"),
        (["Content": "x", "Recipient_id": "lind", "Mentions": [1]], "Mentions"),
        (["Content": "a\u{0}b", "Recipient_id": "lind"], "Content"),
        (["Content": "x", "Recipient_id": "l i n d"], "Recipient_id"),
        (["Content": "x", "Conversation_id": "short"], "Conversation_id"),
        (["Content": "x"], "Conversation_id"),
      ]
      for (body, field) in wrong {
        let reply = try await amara.post("/messages", body)
        #expect(reply.status == 400, "\(reply.text)")
        #expect(reply.text("field") == field, "\(reply.text)")
        #expect(reply.text("code") == "INVALID_ARGUMENT")
      }
    }
  }

  @Test("what is not JSON in UTF-8 is refused, and so is another type")
  func types() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let texts: [[UInt8]] = [
        Array("{".utf8), Array("[]".utf8), Array("null".utf8), [0xff, 0xfe], [],
        Array(#"{"Content":"\ud800"}"#.utf8), Array(repeating: UInt8(ascii: "["), count: 100_000),
      ]
      for bytes in texts {
        let reply = try await amara.send(
          .POST,
          "/messages",
          ["Content-Type": "application/json"],
          body: ByteBuffer(bytes: bytes)
        )
        #expect(reply.status == 400, "\(bytes.prefix(20))")
      }
      for type in ["text/plain", "application/jsonx", "application/json; charset=latin1"] {
        let reply = try await amara.send(
          .POST,
          "/messages",
          ["Content-Type": type],
          body: ByteBuffer(string: "{}")
        )
        #expect(reply.status == 415)
        #expect(reply.headers.first(name: "Accept") == "application/json")
      }
    }
  }

  @Test("headers are checked, and every answer forbids keeping and guessing")
  func headers() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let keys = ["", "two words", String(repeating: "k", count: 129)]
      for key in keys {
        let reply = try await amara.send(
          .POST,
          "/messages",
          ["Idempotency-Key": key],
          json: ["Recipient_id": "lind", "Content": "x"]
        )
        #expect(reply.status == 400)
        #expect(reply.text("field") == "Idempotency-Key")
      }
      #expect(try await amara.get("/api/me", ["Timeout-Ms": "0"]).text("field") == "Timeout-Ms")
      for path in ["/api/me", "/nowhere", "/messages/x"] {
        let reply = try await amara.get(path)
        #expect(reply.headers.first(name: "Cache-Control") == "no-store")
        #expect(reply.headers.first(name: "X-Content-Type-Options") == "nosniff")
      }
    }
  }

  @Test("S1.36a: times are the server's, in UTC, and never go back within a conversation")
  func times() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      var times: [String] = []
      for step in [0, 5, -3, 0, 60] as [Int64] {
        practice.advance(seconds: step)
        times.append(try await amara.write("x", to: lind).text("Created_at"))
      }
      #expect(times == times.sorted())
      #expect(times[0] == "2026-09-21T14:13:20.000Z")
      for time in times { #expect(time.count == 24 && time.hasSuffix("Z")) }
    }
  }
}
