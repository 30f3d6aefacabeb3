import NIOHTTP1
import Testing

@testable import WardlineGateway

@Suite("What a session opened ends with it")
struct SessionEndTests {
  /// A signed-in browser, and a stream, a socket and a poll that it has opened.
  private func with(
    _ end: @escaping @Sendable (Practice, Browser) async throws -> Void
  ) async throws {
    try await Practice.with(app: PracticeApp()) { practice in
      let browser = Browser(port: practice.port)
      #expect(try await browser.signIn("amara/patient").status == 201)
      let visitor = Visitor(port: practice.port, cookie: browser.cookie, id: "amara")
      let begin = try await visitor.get("/api/events")
      let feed = try await ServerSentEvents(visitor, "/api/events/stream")
      _ = try await feed.nextHeartbeat()
      async let poll = visitor.get("/api/events?wait=60&after=\(begin.text("cursor"))")
      try await WebSocketReader.with(visitor, "/api/events/socket") { socket in
        let me = try await socket.ask(["id": "1", "verb": "GET", "path": "/api/me"])
        #expect(me["status"] as? Int == 200)
        try await end(practice, browser)
        #expect(try await socket.closeCode() == 4401)
      }
      #expect(try await feed.rest().contains(": ended UNAUTHENTICATED"))
      #expect(try await poll.status == 401)
      #expect(try await browser.get("/web/session").status == 401)
    }
  }

  @Test("whoever signs out gets no more events")
  func signOut() async throws {
    try await with { _, browser in
      let reply = try await browser.change(.DELETE, "/web/session")
      #expect(reply.status == 204)
    }
  }

  @Test("whoever does nothing for too long gets no more events")
  func idle() async throws {
    try await with { practice, _ in practice.advance(seconds: 30 * 60 + 5) }
  }

  @Test("signing in ends the session that the browser had")
  func signInAnew() async throws {
    try await Practice.with(app: PracticeApp()) { practice in
      let browser = Browser(port: practice.port)
      #expect(try await browser.signIn("amara/patient").status == 201)
      let before = Visitor(port: practice.port, cookie: browser.cookie, id: "amara")
      let known = try await before.get("/api/me")
      #expect(known.status == 200)
      #expect(try await browser.signIn("lind/dietitian").status == 201)
      #expect(try await before.get("/api/me").status == 401)
      #expect(try await browser.get("/api/me").text("User_id") == "lind")
    }
  }

  @Test("a page that shows somebody else than is signed in now changes nothing")
  func otherUser() async throws {
    try await Practice.with(app: PracticeApp()) { practice in
      let amara = try await practice.person("amara", "patient")
      let browser = Browser(port: practice.port)
      #expect(try await browser.signIn("lind/dietitian").status == 201)
      let message = ["Recipient_id": "amara", "Content": "hello"]
      for path in ["/messages", "/web/session/activity"] {
        let refused = try await browser.change(.POST, path, json: message, shown: "haddad")
        #expect(refused.status == 409)
        #expect(refused.text("code") == "OTHER_USER")
      }
      #expect(try await amara.get("/messages").column("Content").isEmpty)
      let sent = try await browser.change(.POST, "/messages", json: message, shown: "lind")
      #expect(sent.status == 201)
    }
  }

  @Test("nothing is given out between the end of a session and the end of its streams")
  func nothingAfter() async throws {
    try await Practice.with(app: PracticeApp()) { practice in
      let lind = try await practice.person("lind", "dietitian")
      let browser = Browser(port: practice.port)
      #expect(try await browser.signIn("amara/patient").status == 201)
      let visitor = Visitor(port: practice.port, cookie: browser.cookie, id: "amara")
      let feed = try await ServerSentEvents(visitor, "/api/events/stream")
      _ = try await feed.nextHeartbeat()
      #expect(try await browser.change(.DELETE, "/web/session").status == 204)
      let amara = try await practice.person("amara", "patient")
      try await amara.write("too late", to: lind)
      let rest = try await feed.rest()
      #expect(!rest.contains("too late"))
      #expect(rest.contains(": ended UNAUTHENTICATED"))
    }
  }
}
