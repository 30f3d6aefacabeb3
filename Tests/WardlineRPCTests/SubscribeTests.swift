import RPC
import Testing
import WardlineAPI

@Suite("Subscriptions through RPC")
struct SubscribeTests {
  @Test("the first answer comes at once, with a cursor to go on from")
  func first() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      for request in [SubscribeRequest(), SubscribeRequest(fromStart: true)] {
        let feed = try await Feed(lind, request)
        let response = try await feed.next()
        guard case .heartbeat(let heartbeat) = response?.body else {
          Issue.record("not a heartbeat")
          return
        }
        #expect(heartbeat.serverTimeMs == Clinic.start)
        // What happens from here on is not missed, even if the subscription is lost at once.
        let text = "after \(request.fromStart)"
        try await amara.send(text, to: lind)
        let resumed = try await Feed(lind, SubscribeRequest(cursor: feed.cursor))
        var last = ""
        while last != text { last = try await resumed.nextMessages(1).first ?? "" }
      }
    }
  }

  @Test("S1.29, S2.6: both sides get what is said, as it is said, and only what is theirs")
  func live() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let nina = try await clinic.person("nina", "nurse")
      let feeds = [
        try await Feed(amara, SubscribeRequest()), try await Feed(lind, SubscribeRequest()),
      ]
      let ninas = try await Feed(nina, SubscribeRequest())
      for feed in feeds + [ninas] {
        while try await !feed.nextHeartbeat().caughtUp {}
      }
      for number in 1...20 {
        try await (number.isMultiple(of: 2) ? amara : lind).send(
          "\(number)",
          to: number.isMultiple(of: 2) ? lind : amara
        )
      }
      for feed in feeds { #expect(try await feed.nextMessages(20) == (1...20).map { "\($0)" }) }
      try await nina.send("for nina", to: lind)
      #expect(try await ninas.nextMessages(1) == ["for nina"])
    }
  }

  @Test("catching up and going live while sends go on: no gap, no repeat, in order")
  func catchUp() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      try await withThrowingTaskGroup { group in
        for number in 0..<300 { try await amara.send("\(number)", to: lind) }
        group.addTask {
          for number in 300..<1000 { try await amara.send("\(number)", to: lind) }
        }
        for _ in 0..<8 {
          group.addTask {
            let feed = try await Feed(lind, SubscribeRequest(fromStart: true))
            #expect(try await feed.nextMessages(1000) == (0..<1000).map { "\($0)" })
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test("resuming by any cursor goes on with the very next event")
  func resume() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      for number in 0..<30 { try await amara.send("\(number)", to: lind) }
      var cursor = ""
      var got: [String] = []
      while got.count < 30 {
        let request = SubscribeRequest(cursor: cursor, fromStart: cursor.isEmpty)
        let feed = try await Feed(lind, request)
        got += try await feed.nextMessages(min(7, 30 - got.count))
        cursor = feed.cursor
      }
      #expect(got == (0..<30).map { "\($0)" })
    }
  }

  @Test("a cursor that this server did not make is INVALID_ARGUMENT, another log's OUT_OF_RANGE")
  func cursors() async throws {
    try await Clinic.with { clinic in
      let lind = try await clinic.person("lind", "dietitian")
      let own = try await Feed(lind, SubscribeRequest())
      _ = try await own.next()
      let cut = String(own.cursor.dropLast())
      for cursor in ["x", "!!!", cut, own.cursor + "A", String(repeating: "A", count: 18)] {
        #expect(await code(lind, SubscribeRequest(cursor: cursor)) == .invalidArgument)
      }
      // Version 1, a log of zeros, position 0; and far beyond the end of this log.
      #expect(await code(lind, SubscribeRequest(cursor: "AQAAAAAAAAAAAAAAAA")) == .outOfRange)
      let beyond = String(own.cursor.prefix(8)) + "AAAAA_____"
      #expect(
        [.outOfRange, .invalidArgument].contains(
          await code(lind, SubscribeRequest(cursor: beyond))
        )
      )
      for interval in [-1, 999, 300_001] as [Int32] {
        let request = SubscribeRequest(heartbeatIntervalMs: interval)
        #expect(await code(lind, request) == .invalidArgument)
      }
    }
  }

  private func code(_ person: Person, _ request: SubscribeRequest) async -> StatusCode? {
    do {
      _ = try await Feed(person, request).next()
      return nil
    } catch {
      return (error as? RPCError)?.code
    }
  }

  @Test("heartbeats come when asked for, and move the cursor past what is not the reader's")
  func heartbeats() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let nina = try await clinic.person("nina", "nurse")
      let feed = try await Feed(nina, SubscribeRequest(heartbeatIntervalMs: 1000))
      while try await !feed.nextHeartbeat().caughtUp {}
      let clock = ContinuousClock()
      let start = clock.now
      for _ in 0..<3 { #expect(try await feed.nextHeartbeat().caughtUp) }
      #expect(clock.now - start < .milliseconds(5500), "three intervals, and a little")
      let before = feed.cursor
      try await amara.send("not for nina", to: lind)
      // One may be under way that was sent before.
      for _ in 0..<5 where feed.cursor == before { _ = try await feed.nextHeartbeat() }
      #expect(feed.cursor != before)
      try await nina.send("for nina", to: lind)
      let resumed = try await Feed(nina, SubscribeRequest(cursor: feed.cursor))
      #expect(try await resumed.nextMessages(1) == ["for nina"])
    }
  }

  @Test("an expired session ends the stream with its cursor and UNAUTHENTICATED")
  func expiry() async throws {
    try await Clinic.with { clinic in
      let lind = try await clinic.person("lind", "dietitian")
      let feed = try await Feed(lind, SubscribeRequest())
      _ = try await feed.next()
      clinic.advance(seconds: 3600)
      try await expectEnd(feed)
    }
  }

  @Test("a deactivated user's stream ends, and nothing comes after")
  func deactivated() async throws {
    try await Clinic.with { clinic in
      let admin = try await clinic.person("root", "admin")
      let lind = try await clinic.person("lind", "dietitian")
      let feed = try await Feed(lind, SubscribeRequest())
      _ = try await feed.next()
      _ = try await admin.users.put(
        PutUserRequest(userID: "lind", displayName: "L", role: .dietitian, deactivated: true)
      )
      try await expectEnd(feed)
    }
  }

  private func expectEnd(_ feed: Feed) async throws {
    var hasEnded = false
    let error = await #expect(throws: RPCError.self) {
      while let response = try await feed.next() {
        if case .ended(let ended) = response.body {
          hasEnded = true
          #expect(!ended.reason.isEmpty)
        } else {
          #expect(!hasEnded, "nothing after the end")
        }
      }
    }
    #expect(hasEnded)
    #expect(error?.code == .unauthenticated)
  }

  @Test("a subscriber who does not read falls back to the log and loses nothing")
  func slow() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let other = try await clinic.person("lind", "dietitian")
      let slow = try await Feed(lind, SubscribeRequest(fromStart: true, heartbeatIntervalMs: 1000))
      _ = try await slow.next()
      let filler = String(repeating: "x", count: 16_000)
      // More than the sockets and every queue on the way take.
      let count = 1500
      try await withThrowingTaskGroup { group in
        for part in 0..<10 {
          group.addTask {
            for number in 0..<(count / 10) {
              try await amara.send("\(part).\(number) \(filler)", to: lind)
            }
          }
        }
        group.addTask {
          let quick = try await Feed(other, SubscribeRequest(fromStart: true))
          let received = try await quick.nextMessages(count)
          #expect(Set(received).count == count)
        }
        try await group.waitForAll()
      }
      var sequences: [Int64] = []
      while sequences.count < count {
        if case .messageCreated(let message) = try await slow.nextEvent().change {
          sequences.append(message.sequence)
        }
      }
      #expect(sequences == Array(1...Int64(count)))
    }
  }
}
