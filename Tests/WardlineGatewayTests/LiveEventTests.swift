import NIOCore
import NIOHTTP1
import RPC
import Testing
import WardlineAPI

@Suite("Live events over HTTP")
struct LiveEventTests {
  /// What happens to a reader: messages, an edit, a receipt, a reaction, a deletion.
  private func history(_ amara: Visitor, _ lind: Visitor) async throws {
    let first = try await amara.write("one", to: lind)
    let second = try await amara.write("two", to: lind)
    let one = "/messages/\(first.text("Message_id"))"
    let two = "/messages/\(second.text("Message_id"))"
    _ = try await amara.send(.PATCH, one, json: ["Content": "won"])
    _ = try await lind.send(.PATCH, "\(two)/read")
    _ = try await lind.send(.PUT, "\(one)/reactions/%F0%9F%91%8D")
    _ = try await amara.send(.DELETE, two)
    let id = first.text("Conversation_id")
    _ = try await lind.send(.PUT, "/api/conversations/\(id)/mute", json: ["Until": "forever"])
  }

  /// The cursors of the subscription that ttrpc clients have, from the first event on.
  private func subscription(_ practice: Practice, _ count: Int) async throws -> [String] {
    let events = EventsClient(practice.caller("lind", "dietitian"))
    var cursors: [String] = []
    for try await response in try await events.subscribe(SubscribeRequest(fromStart: true)) {
      if case .event = response.body { cursors.append(response.cursor) }
      if cursors.count == count { break }
    }
    return cursors
  }

  @Test("S1.38b: polling gives the sequence of the subscription, in pages of any size")
  func longPoll() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      try await history(amara, lind)
      let whole = try await lind.get("/api/events?from=start")
      #expect(whole.status == 200)
      #expect(whole.json["caught_up"] as? Bool == true)
      let types = whole.column("type")
      #expect(
        types == [
          "conversation_created", "message_created", "message_created", "message_edited",
          "receipt_moved", "reaction_added", "message_deleted", "conversation_muted",
        ]
      )
      let expected = try await subscription(practice, types.count)
      #expect(whole.column("cursor") == expected)
      var found: [String] = []
      var cursor = ""
      while true {
        let query = cursor.isEmpty ? "from=start" : "after=\(cursor)"
        let page = try await lind.get("/api/events?\(query)&limit=3")
        if page.data.isEmpty { break }
        found += page.column("cursor")
        cursor = page.text("cursor")
      }
      #expect(found == expected)
    }
  }

  @Test("S1.38b: a poll waits for the next event, and begins at now without a cursor")
  func waiting() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      try await amara.write("before", to: lind)
      let begin = try await lind.get("/api/events")
      #expect(begin.data.isEmpty)
      let path = "/api/events?after=\(begin.text("cursor"))"
      async let waiting = lind.get("\(path)&wait=60")
      try await amara.write("now", to: lind)
      let reply = try await waiting
      #expect(reply.column("type") == ["message_created"])
      let message = reply.data.first?["data"] as? [String: Any]
      #expect(message?["Content"] as? String == "now")
      let empty = try await lind.get("/api/events?after=\(reply.text("cursor"))&wait=1")
      #expect(empty.status == 200)
      #expect(empty.data.isEmpty)
      let bad = try await lind.get("/api/events?after=nonsense")
      #expect(bad.status == 400)
      #expect(bad.text("field") == "after")
      #expect(try await lind.get("/api/events?wait=61").status == 400)
      #expect(try await practice.stranger.get("/api/events").status == 401)
    }
  }

  @Test("S1.38a: server-sent events give the sequence, and go on behind Last-Event-ID")
  func serverSent() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      try await history(amara, lind)
      let expected = try await subscription(practice, 8)
      let feed = try await ServerSentEvents(lind, "/api/events/stream?from=start")
      #expect(feed.contentType == "text/event-stream; charset=utf-8")
      var found: [String] = []
      for _ in 0..<5 { found.append(try await feed.nextDurable().id) }
      let resumed = try await ServerSentEvents(
        lind,
        "/api/events/stream?from=start",
        lastEventID: found[4]
      )
      for _ in 0..<3 { found.append(try await resumed.nextDurable().id) }
      #expect(found == expected)
      try await amara.write("live", to: lind)
      let live = try await resumed.nextDurable()
      #expect(live.json["type"] as? String == "message_created")
      #expect(live.json["cursor"] as? String == live.id)
    }
  }

  @Test("typing and presence come between the events, without a place of their own")
  func ephemeral() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      let id = try await amara.write("one", to: lind).text("Conversation_id")
      let feed = try await ServerSentEvents(lind, "/api/events/stream")
      let place = try await feed.nextHeartbeat()
      let typing = "/api/conversations/\(id)/typing"
      #expect(try await amara.put(typing, ["Typing": true]).status == 204)
      var event = try await feed.nextEvent()
      while event.json["type"] as? String == "presence" { event = try await feed.nextEvent() }
      #expect(event.json["type"] as? String == "typing")
      #expect(event.json["Conversation_id"] as? String == id)
      #expect(event.id == place)
    }
  }

  @Test("D6: a reader that does not read for a while gets everything afterwards, in order")
  func slowReader() async throws {
    try await Practice.with { practice in
      let amara = try await practice.person("amara", "patient")
      let lind = try await practice.person("lind", "dietitian")
      let id = try await amara.write("first", to: lind).text("Conversation_id")
      let feed = try await ServerSentEvents(lind, "/api/events/stream", isHeld: true)
      let messages = MessagesClient(practice.caller("amara", "patient"))
      let count = 1500
      for number in 1...count {
        let text = "\(number) " + String(repeating: "x", count: 8000)
        _ = try await messages.send(SendMessageRequest(to: .conversationID(id), content: text))
      }
      // What waits in the process for this reader, beside what the system keeps for its socket.
      #expect(practice.calls.waitingBytes < 256 << 10)
      feed.letGo()
      for number in 1...count {
        let data = try await feed.nextDurable().json["data"] as? [String: Any]
        #expect((data?["Content"] as? String)?.hasPrefix("\(number) ") == true)
      }
    }
  }

  @Test("heartbeats come when nothing happens, and the end of the server ends the stream")
  func heartbeats() async throws {
    try await Practice.with { practice in
      let lind = try await practice.person("lind", "dietitian")
      let feed = try await ServerSentEvents(lind, "/api/events/stream")
      for _ in 0..<2 { _ = try await feed.nextHeartbeat() }
      await practice.stop()
      #expect(try await feed.rest().contains(": ended UNAVAILABLE"))
    }
  }
}
