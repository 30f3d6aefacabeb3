import Foundation
import NIOCore
import NIOHTTP1
import NIOWebSocket
import RPC
import Testing
import WardlineAPI

@Suite("WebSockets")
struct WebSocketTests {
  @Test("S1.38a: a WebSocket gives the sequence of the subscription, and goes on behind a cursor")
  func sequence() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      for text in ["one", "two", "three"] { try await amara.write(text, to: lind) }
      var expected: [String] = []
      let events = EventsClient(practice.caller("lind", "dietitian"))
      for try await response in try await events.subscribe(SubscribeRequest(fromStart: true)) {
        if case .event = response.body { expected.append(response.cursor) }
        if expected.count == 4 { break }
      }
      var found: [String] = []
      try await WebSocketReader.with(lind, "/api/events/socket?from=start") { reader in
        for _ in 0..<2 { found.append(try await reader.nextDurable()["cursor"] as? String ?? "") }
      }
      try await WebSocketReader.with(lind, "/api/events/socket?after=\(found[1])") { reader in
        for _ in 0..<2 { found.append(try await reader.nextDurable()["cursor"] as? String ?? "") }
        try await amara.write("live", to: lind)
        let live = try await reader.nextDurable()
        #expect((live["data"] as? [String: Any])?["Content"] as? String == "live")
      }
      #expect(found == expected)
    }
  }

  @Test("what is not masked, or is no UTF-8, closes the socket with the code for it")
  func brokenFrames() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let text = #"{"id":"1","verb":"GET","path":"/api/me"}"#
      try await WebSocketReader.with(amara, "/api/events/socket") { reader in
        try await reader.send(ByteBuffer(string: text), isMasked: false)
        #expect(try await reader.closeCode() == 1002)
      }
      try await WebSocketReader.with(amara, "/api/events/socket") { reader in
        try await reader.send(ByteBuffer(bytes: [0x22, 0xff, 0x22]))
        #expect(try await reader.closeCode() == 1007)
      }
    }
  }

  @Test("a text in parts is one, and the header of its answer is written as people write it")
  func parts() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      _ = try await practice.person("lind", "dietitian")
      try await WebSocketReader.with(amara, "/api/events/socket") { reader in
        let text = #"{"id":"1","verb":"POST","path":"/messages","body":{"Recipient_id":"lind","#
        try await reader.send(ByteBuffer(string: text), isLast: false)
        let rest = ByteBuffer(string: #""Content":"hello"}}"#)
        try await reader.send(rest, opcode: .continuation)
        let answer = try await reader.answer(to: "1")
        #expect(answer["status"] as? Int == 201)
        let headers = try #require(answer["headers"] as? [String: String])
        #expect(headers["Location"]?.hasPrefix("/messages/") == true)
      }
    }
  }

  @Test("requests go over the socket, with keys and errors as over HTTP")
  func requests() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      _ = try await practice.person("lind", "dietitian")
      try await WebSocketReader.with(amara, "/api/events/socket") { reader in
        let send: [String: Any] = [
          "id": "1", "verb": "POST", "path": "/messages", "headers": ["Idempotency-Key": "k"],
          "body": ["Recipient_id": "lind", "Content": "hello \u{1F44D}"],
        ]
        let first = try await reader.ask(send)
        #expect(first["status"] as? Int == 201)
        let message = first["body"] as? [String: Any] ?? [:]
        #expect(message["Content"] as? String == "hello \u{1F44D}")
        let again = try await reader.ask(send)
        #expect(
          (again["body"] as? [String: Any])?["Message_id"] as? String
            == message["Message_id"] as? String
        )
        let me = try await reader.ask(["id": "2", "verb": "GET", "path": "/api/me"])
        #expect((me["body"] as? [String: Any])?["User_id"] as? String == "amara")
        let wrong: [([String: Any], Int)] = [
          (["id": "3", "verb": "GET", "path": "/nowhere"], 404),
          (["id": "4", "verb": "PUT", "path": "/messages"], 405),
          (["id": "5", "verb": "POST", "path": "/messages", "body": ["Content": 1]], 400),
          (["id": "6", "verb": "GET", "path": "/api/events"], 400),
          (["id": "7", "verb": "SHOUT", "path": "/messages"], 400),
          (
            ["id": "8", "verb": "GET", "path": "/api/me", "headers": ["Authorization": "x"]],
            400
          ),
        ]
        for (request, status) in wrong {
          let reply = try await reader.ask(request)
          #expect(reply["status"] as? Int == status, "\(reply)")
          #expect(reply["type"] == nil)
        }
      }
    }
  }

  @Test("who may not have a socket is told why over HTTP")
  func refused() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      var forged = amara
      forged.authorization = "Bearer forged"
      for visitor in [forged, practice.stranger] {
        #expect(try await visitor.get("/api/events/socket").status == 401)
        let wish = [
          "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
          "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        ]
        let answer = try await visitor.get("/api/events/socket", wish)
        #expect(answer.status == 401)
        #expect(answer.text("code") == "UNAUTHENTICATED")
      }
      let plain = try await amara.get("/api/events/socket")
      #expect(plain.status == 426)
      #expect(plain.headers.first(name: "Upgrade") == "websocket")
    }
  }

  @Test("a wish to speak something else is passed over", arguments: ["/api/me", "/messages"])
  func otherWishes(path: String) async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      for wish in ["h2c", "websocket", "TLS/1.3"] {
        let headers = [
          "Connection": "Upgrade, HTTP2-Settings", "Upgrade": wish,
          "HTTP2-Settings": "AAMAAABkAAQAoAAAAAIAAAAA",
        ]
        let reply = try await amara.get(path, headers)
        #expect(reply.status == 200)
        #expect(reply.headers.first(name: "Connection") == "close")
      }
    }
  }

  @Test(
    "half a wish for a WebSocket is answered with what is missing",
    arguments: [
      ["Upgrade": "websocket"], ["Connection": "Upgrade", "Upgrade": "websocket"],
      [
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "8",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      ],
    ]
  )
  func halfWishes(headers: [String: String]) async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      #expect(try await amara.get("/api/events/socket", headers).status == 426)
    }
  }

  @Test("a cursor that is none closes the socket with 1008")
  func invalidCursor() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      try await WebSocketReader.with(amara, "/api/events/socket?after=nonsense") { reader in
        let code = try await reader.closeCode()
        #expect(code == 1008)
      }
    }
  }

  @Test("a token that is revoked closes the socket with 4401")
  func revoked() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      try await WebSocketReader.with(amara, "/api/events/socket") { reader in
        _ = try await amara.post("/api/session/revoke", [:])
        let code = try await reader.closeCode()
        #expect(code == 4401)
      }
    }
  }

  @Test("a server that stops closes the socket with 1001")
  func stopped() async throws {
    try await Practice.with { practice in
      let lind = try await practice.person("lind", "dietitian")
      try await WebSocketReader.with(lind, "/api/events/socket") { reader in
        _ = try await reader.ask(["id": "1", "verb": "GET", "path": "/api/me"])
        await practice.stop()
        let code = try await reader.closeCode()
        #expect(code == 1001)
      }
    }
  }
}
