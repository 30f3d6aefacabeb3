import NIOHTTP1
import Testing

@Suite("The description of the routes")
struct OpenAPITests {
  /// Letter by letter as the two documents write them.
  private let documented = [
    "GET /api/chat/user/:userId/dietitian",
    "GET /api/chat/user/conversation/:conversationId/messages",
    "POST /api/chat/user/conversation/:userId/send",
    "PUT /api/chat/user/conversation/:conversationId/read",
    "GET /api/chat/user/:userId/unread-count",
    "GET /api/chat/member/:memberId/conversations",
    "GET /api/chat/member/conversation/:conversationId/messages",
    "POST /api/chat/member/conversation/:memberId/send",
    "PUT /api/chat/member/conversation/:conversationId/read",
    "POST /messages", "GET /messages", "GET /messages/conversation/:id", "GET /messages/:id",
    "PATCH /messages/:id", "PATCH /messages/:id/read", "DELETE /messages/:id",
  ]

  @Test("S1.4, S2.89: the sixteen routes are listed, to anybody")
  func listed() async throws {
    try await Practice.with { practice in
      let reply = try await practice.stranger.get("/api/chat/_routes")
      #expect(reply.status == 200)
      let routes = reply.json["routes"] as? [[String: Any]] ?? []
      let names = routes.map { "\($0["verb"] as? String ?? "") \($0["path"] as? String ?? "")" }
      for route in documented { #expect(names.contains(route), "\(route)") }
      #expect(Set(names).count == names.count)
    }
  }

  @Test("S2.89: every route of the document answers the running server's way")
  func held() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let document = try await practice.stranger.get("/openapi.json").json
      #expect(document["openapi"] as? String == "3.1.0")
      let paths = document["paths"] as? [String: [String: Any]] ?? [:]
      #expect(paths.count > 40)
      for (template, operations) in paths {
        let path = template.replacing(/\{[^}]*\}/, with: "0000000000001")
        for (verb, operation) in operations {
          let method = HTTPMethod(rawValue: verb.uppercased())
          let stranger = try await practice.stranger.send(method, path)
          #expect(stranger.status == 401, "\(verb) \(path)")
          if template == "/api/events/stream" || template == "/api/session/revoke" { continue }
          let reply = try await amara.send(method, path)
          let answers = (operation as? [String: Any])?["responses"] as? [String: Any] ?? [:]
          #expect(answers[String(reply.status)] != nil, "\(verb) \(path): \(reply.status)")
          #expect(reply.status != 405)
          #expect(reply.status < 500)
        }
        let other = try await amara.send(.RAW(value: "PURGE"), path)
        #expect(other.status == 405, "\(path)")
      }
    }
  }

  @Test("what the document refers to is in it, and its operations have names of their own")
  func references() async throws {
    try await Practice.with { practice in
      let reply = try await practice.stranger.get("/openapi.json")
      let components = reply.object("components")["schemas"] as? [String: Any] ?? [:]
      for match in reply.text.matches(of: /"#\/components\/schemas\/(\w+)"/) {
        #expect(components[String(match.output.1)] != nil, "\(match.output.1)")
      }
      let names = reply.text.matches(of: /"operationId":"(\w+)"/).map { String($0.output.1) }
      #expect(Set(names).count == names.count)
    }
  }
}
