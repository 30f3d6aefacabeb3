import RPC
import TTRPC
import Testing
import WardlineAPI

@Suite("Presence and typing through RPC")
struct PresenceTests {
  private static func live(_ person: Person) async throws -> Feed {
    let feed = try await Feed(person, SubscribeRequest(heartbeatIntervalMs: 1_000))
    while try await !feed.nextHeartbeat().caughtUp {}
    return feed
  }

  @Test("S2.87: typing is pushed with the cursor as it was, ends within six seconds, is not kept")
  func typing() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let conversation = try await amara.send("hello", to: lind).conversationID
      let feed = try await Self.live(lind)
      let cursor = feed.cursor
      let signal = TypingRequest(conversationID: conversation, typing: true)
      for _ in 0..<10 { _ = try await amara.presence.typing(signal) }
      for isTyping in [true, false] {
        let typing = try await feed.nextTyping()
        #expect(
          typing
            == TypingChanged(conversationID: conversation, userID: "amara", typing: isTyping)
        )
        #expect(feed.cursor == cursor)
      }
      let resumed = try await Feed(lind, SubscribeRequest(fromStart: true))
      var bodies: [SubscribeResponse.Body] = []
      while let response = try await resumed.next(), let body = response.body {
        bodies.append(body)
        if case .heartbeat(let heartbeat) = body, heartbeat.caughtUp { break }
      }
      for body in bodies { if case .typing = body { Issue.record("it was kept") } }
    }
  }

  @Test(
    "typing in a conversation of others is NOT_FOUND, byte for byte as in one that is not there"
  )
  func foreignTyping() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let nina = try await clinic.person("nina", "nurse")
      let foreign = try await amara.send("hello", to: lind).conversationID
      var errors: [RPCError] = []
      for id in [foreign, "0000000000001", "x"] {
        let request = TypingRequest(conversationID: id, typing: true)
        let error = await #expect(throws: RPCError.self) {
          _ = try await nina.presence.typing(request)
        }
        if let error { errors.append(error) }
      }
      #expect(errors.map(\.code) == [.notFound, .notFound, .invalidArgument])
      #expect(errors.first == errors.dropFirst().first)
    }
  }

  @Test("S2.12: a stream is online, two are one person, and the end of the last is offline")
  func online() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let nina = try await clinic.person("nina", "nurse")
      try await amara.send("hello", to: lind)
      let feed = try await Self.live(lind)
      let devices = [
        try await clinic.person("amara", "patient"), try await clinic.person("amara", "patient"),
      ]
      for device in devices { _ = try await Self.live(device) }
      let online = try await feed.nextPresence()
      #expect(online.presences.map(\.userID) == ["amara"])
      #expect(online.presences.first?.online == true)
      let request = GetPresenceRequest(userIDs: ["nobody", "amara", "nina"])
      #expect(try await lind.presence.get(request).presences == online.presences)
      #expect(try await nina.presence.get(request).presences.map(\.userID) == ["nina"])
      await devices[0].connection.close()
      await devices[1].connection.close()
      let offline = try await feed.nextPresence()
      #expect(offline.presences.first?.online == false)
      #expect(offline.presences.first?.lastSeenAtMs == Clinic.start)
    }
  }

  @Test("conversations show the presence of their participants")
  func inConversations() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let id = try await amara.send("hello", to: lind).conversationID
      _ = try await amara.presence.heartbeat(PresenceHeartbeatRequest())
      let got = try await lind.conversations.get(GetConversationRequest(conversationID: id))
      let listed = try await lind.conversations.list(ListConversationsRequest())
      let found = try await lind.conversations.search(SearchConversationsRequest(query: "amara"))
      #expect(found.conversations.count == 1)
      for conversation in [
        got.conversation, listed.conversations.first, found.conversations.first,
      ] {
        let online = conversation?.participants.map {
          "\($0.userID) \($0.presence?.online ?? false)"
        }
        #expect(online?.sorted() == ["amara true", "lind false"])
      }
    }
  }

  @Test("a status is set once under a key, and the same answer comes again whatever came between")
  func status() async throws {
    try await Clinic.with { clinic in
      let lind = try await clinic.person("lind", "dietitian")
      let end = Clinic.start + 60_000
      let request = SetPresenceRequest(
        status: .outOfOffice,
        statusText: "Back on Monday",
        statusEndsAtMs: end,
        idempotencyKey: "first"
      )
      let answer = try await lind.presence.set(request)
      #expect(
        answer
          == SetPresenceResponse(
            status: .outOfOffice,
            statusText: "Back on Monday",
            statusEndsAtMs: end
          )
      )
      _ = try await lind.presence.set(SetPresenceRequest(status: .away, idempotencyKey: "second"))
      clinic.advance(seconds: 3_000)
      #expect(try await lind.presence.set(request) == answer)
      let presence = try await lind.presence.get(GetPresenceRequest(userIDs: ["lind"]))
      #expect(presence.presences.first?.status == .away)
      let other = SetPresenceRequest(status: .away, idempotencyKey: "first")
      for (request, code) in [
        (other, StatusCode.alreadyExists), (SetPresenceRequest(), .invalidArgument),
        (SetPresenceRequest(status: .away, statusEndsAtMs: 1), .failedPrecondition),
      ] {
        let error = await #expect(throws: RPCError.self) {
          _ = try await lind.presence.set(request)
        }
        #expect(error?.code == code)
      }
    }
  }

  @Test("what cannot be is refused with its field and limit")
  func fields() async throws {
    try await Clinic.with { clinic in
      let lind = try await clinic.person("lind", "dietitian")
      for milliseconds in [-1, 4_999, 300_001] as [Int32] {
        let request = PresenceHeartbeatRequest(ttlMs: milliseconds)
        let error = await #expect(throws: RPCError.self) {
          _ = try await lind.presence.heartbeat(request)
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("300000") == true)
      }
      for users in [[], Array(repeating: "lind", count: 201)] {
        let error = await #expect(throws: RPCError.self) {
          _ = try await lind.presence.get(GetPresenceRequest(userIDs: users))
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("200") == true)
      }
      for device in 1...9 {
        let request = PresenceHeartbeatRequest(deviceID: "\(device)")
        if device < 9 {
          _ = try await lind.presence.heartbeat(request)
        } else {
          let error = await #expect(throws: RPCError.self) {
            _ = try await lind.presence.heartbeat(request)
          }
          #expect(error?.code == .resourceExhausted)
        }
      }
    }
  }
}

extension Feed {
  fileprivate func nextTyping() async throws -> TypingChanged {
    while let response = try await next() {
      if case .typing(let typing) = response.body { return typing }
    }
    throw RPCError(.unknown, "the subscription ended without typing")
  }

  fileprivate func nextPresence() async throws -> PresenceChanged {
    while let response = try await next() {
      if case .presence(let presence) = response.body { return presence }
    }
    throw RPCError(.unknown, "the subscription ended without presence")
  }
}
