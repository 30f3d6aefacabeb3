import NIOCore
import NIOHTTP1
import RPC
import Testing

@Suite("The seven routes of messages")
struct MessageRouteTests {
  @Test("S2.53: a message is created, and refused with what is wrong")
  func create() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      let reply = try await amara.write("hello", to: lind)
      let id = reply.text("Message_id")
      #expect(reply.headers.first(name: "Location") == "/messages/\(id)")
      #expect(try await lind.get("/messages/\(id)").text("Content") == "hello")
      let body: [String: Any] = ["Recipient_id": "lind", "Content": "once"]
      let first = try await amara.post("/messages", body, key: "k")
      #expect(try await amara.post("/messages", body, key: "k").bytes == first.bytes)
      let reused = try await amara.post(
        "/messages",
        ["Recipient_id": "lind", "Content": "other"],
        key: "k"
      )
      #expect(reused.status == 409)
      #expect(reused.text("detail").contains(first.text("Message_id")))
      #expect(try await practice.stranger.post("/messages", body).status == 401)
      let unknown = try await amara.post(
        "/messages",
        ["Recipient_id": "nobody", "Content": "x"]
      )
      #expect(unknown.status == 404)
    }
  }

  @Test("S2.53: closed conversations 409, broadcasts 403, large bodies 413")
  func refusedStates() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      let id = try await amara.write("hello", to: lind).text("Conversation_id")
      #expect(try await lind.post("/api/conversations/\(id)/close", [:]).status == 200)
      let closed = try await amara.post("/messages", ["Conversation_id": id, "Content": "x"])
      #expect(closed.status == 409)
      #expect(closed.text("code") == "FAILED_PRECONDITION")
      let cast = try await lind.post(
        "/api/conversations",
        ["Type": "broadcast", "Title": "News", "Participant_ids": ["amara"]]
      )
      #expect(cast.status == 201)
      let only = try await amara.post(
        "/messages",
        ["Conversation_id": cast.text("Conversation_id"), "Content": "x"]
      )
      #expect(only.status == 403)
      let long = try await amara.post(
        "/messages",
        ["Recipient_id": "lind", "Content": String(repeating: "x", count: 20_000)]
      )
      #expect(long.status == 400)
      #expect(long.text("field") == "Content")
      #expect(long.text("detail").contains("16384"))
      let huge = try await amara.post(
        "/messages",
        ["Recipient_id": "lind", "Content": String(repeating: "x", count: 300_000)]
      )
      #expect(huge.status == 413)
      #expect(huge.text("detail").contains("262144"))
    }
  }

  @Test("S2.53: whoever sends too fast is told when to come back")
  func tooFast() async throws {
    try await Practice.with(interceptors: [Sluice()]) { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      let reply = try await amara.post(
        "/messages",
        ["Recipient_id": lind.id, "Content": "x"],
        key: "full"
      )
      #expect(reply.status == 429)
      #expect(reply.text("code") == "RESOURCE_EXHAUSTED")
      #expect(reply.headers.first(name: "Retry-After") == "1")
    }
  }

  @Test("S2.54: the caller's messages in pages, filtered, and nobody else's")
  func list() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let noah = try await practice.person("noah", "patient")
      let lind = try await practice.person("lind", "dietitian")
      for number in 0..<5 { try await amara.write("a\(number)", to: lind) }
      try await noah.write("secret", to: lind)
      try await lind.write("reply", to: amara)
      let first = try await amara.get("/messages?limit=4")
      #expect(first.column("Content") == ["reply", "a4", "a3", "a2"])
      let next = PercentEncoded(first.text("after")).text
      let second = try await amara.get("/messages?limit=4&after=\(next)")
      #expect(second.column("Content") == ["a1", "a0"])
      #expect(second.isNull("after"))
      #expect(try await amara.get("/messages?User_id=lind").column("Content") == ["reply"])
      #expect(try await amara.get("/messages?Message_Type=image").data.isEmpty)
      #expect(try await amara.get("/messages?until=2026-01-01T00:00:00Z").data.isEmpty)
      for query in ["Message_Type=shout", "since=yesterday", "limit=1000"] {
        let reply = try await amara.get("/messages?\(query)")
        #expect(reply.status == 400)
        #expect(reply.text("field") == query.split(separator: "=").first.map(String.init))
      }
    }
  }

  @Test(
    "S2.55, S2.56: what is not the caller's is answered as what does not exist, in the same bytes"
  )
  func foreign() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      let noah = try await practice.person("noah", "patient")
      let sent = try await amara.write("hello", to: lind)
      let id = sent.text("Conversation_id")
      let page = try await lind.get("/messages/conversation/\(id)")
      #expect(page.column("Content") == ["hello"])
      for name in ["\(id).1", "\(id).99", "0000000000001.1", "nonsense"] {
        let reply = try await noah.get("/messages/\(name)")
        let missing = try await noah.get("/messages/0000000000009.1")
        #expect(reply.status == 404)
        #expect(reply.bytes == missing.bytes)
      }
      let foreign = try await noah.get("/messages/conversation/\(id)")
      #expect(foreign.status == 404)
      #expect(foreign.bytes == (try await noah.get("/messages/conversation/none")).bytes)
    }
  }

  @Test("S2.57: an edit makes a version, and If-Match guards against another one")
  func edit() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      let path = "/messages/" + (try await amara.write("helo", to: lind)).text("Message_id")
      #expect(try await amara.get(path).headers.first(name: "ETag") == "\"1\"")
      let edited = try await amara.send(
        .PATCH,
        path,
        ["If-Match": "\"1\""],
        json: ["Content": "hello"]
      )
      #expect(edited.status == 200)
      #expect(edited.number("Version") == 2)
      #expect(edited.headers.first(name: "ETag") == "\"2\"")
      #expect(try await lind.get(path).text("Content") == "hello")
      for tag in ["\"1\"", "W/\"2\"", "x"] {
        let stale = try await amara.send(.PATCH, path, ["If-Match": tag], json: ["Content": "x"])
        #expect(stale.status == 412)
        #expect(stale.text("code") == "VERSION_CONFLICT")
      }
      let others = try await lind.send(.PATCH, path, json: ["Content": "mine"])
      #expect(others.status == 403)
      let noah = try await practice.person("noah", "patient")
      #expect(try await noah.send(.PATCH, path, json: ["Content": "x"]).status == 404)
      practice.advance(seconds: 1)
      #expect(try await amara.send(.PATCH, path, json: [:]).text("field") == "Content")
    }
  }

  @Test("S2.58: reading one message reads those before it")
  func read() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      var ids: [String] = []
      for text in ["one", "two", "three"] {
        ids.append(try await amara.write(text, to: lind).text("Message_id"))
      }
      let reply = try await lind.send(.PATCH, "/messages/\(ids[1])/read")
      #expect(reply.status == 200)
      #expect(reply.number("Read_up_to") == 2)
      #expect(reply.number("Unread_count") == 1)
      #expect(try await amara.get("/messages/\(ids[0])").json["Is_read"] as? Bool == true)
      #expect(try await amara.get("/messages/\(ids[2])").text("Status") == "sent")
      let noah = try await practice.person("noah", "patient")
      let foreign = try await noah.send(.PATCH, "/messages/\(ids[1])/read")
      #expect(foreign.status == 404)
    }
  }

  @Test("S2.59: a message is deleted for everybody, or for the caller alone")
  func delete() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      let first = "/messages/" + (try await amara.write("one", to: lind)).text("Message_id")
      let second = "/messages/" + (try await amara.write("two", to: lind)).text("Message_id")
      let gone = try await amara.send(.DELETE, first)
      #expect(gone.status == 204)
      #expect(gone.bytes.readableBytes == 0)
      let tombstone = try await lind.get(first)
      #expect(tombstone.json["Is_deleted"] as? Bool == true)
      #expect(tombstone.text("Content").isEmpty)
      #expect(try await lind.send(.DELETE, "\(second)?scope=me").status == 204)
      #expect(try await lind.get(second).status == 404)
      #expect(try await amara.get(second).text("Content") == "two")
      #expect(try await lind.send(.DELETE, "\(second)?scope=us").text("field") == "scope")
      let noah = try await practice.person("noah", "patient")
      #expect(try await noah.send(.DELETE, first).status == 404)
    }
  }
}

/// Refuses one request as a limit of calls would.
private struct Sluice: ServerInterceptor {
  func admit(_ context: inout ServerContext) -> Admission {
    context.method.name == "Send"
      ? .refuse(RPCError(.resourceExhausted, "too many calls; try again in a second")) : .proceed
  }
}

/// A text as a value in a query.
struct PercentEncoded {
  let text: String

  init(_ plain: String) {
    text = plain.utf8.reduce(into: "") { text, byte in
      let digits = String(byte, radix: 16)
      text += "%" + (byte < 16 ? "0" : "") + digits
    }
  }
}
