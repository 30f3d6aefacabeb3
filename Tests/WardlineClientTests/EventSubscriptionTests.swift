import RPC
import SeededRandom
import TTRPC
import Testing
import WardlineAPI
import WardlineClient

@Suite("A subscription across lost connections")
struct EventSubscriptionTests {
  private func subscription(
    _ server: StandInServer,
    from start: SubscriptionStart = .now,
    clock: SkippingClock = SkippingClock(never: .seconds(20)),
    silenceMax: Duration = .seconds(25)
  ) -> EventSubscription {
    EventSubscription(
      over: server.channel(clock: clock),
      from: start,
      settings: SubscriptionSettings(
        delay: Backoff(initial: .seconds(1), maximum: .seconds(8), factor: 2, jitter: 0),
        silenceMax: silenceMax
      ),
      clock: clock,
      generator: SeededGenerator(seed: 1)
    )
  }

  /// The times of the events up to the one at `last`.
  private func events(_ subscription: EventSubscription, until last: Int64) async throws -> [Int64]
  {
    var times: [Int64] = []
    for try await update in subscription {
      guard case .event(let event) = update.change else { continue }
      times.append(event.occurredAtMs)
      if event.occurredAtMs == last { break }
    }
    return times
  }

  @Test("events come once and in order, each connection going on where the last one ended")
  func resumes() async throws {
    let server = StandInServer([
      .init(responses: [.heartbeat("c0", caughtUp: true), .event(1), .event(2)]),
      .init(responses: [.heartbeat("c2", caughtUp: false), .event(3)]),
      .init(responses: [.heartbeat("c9", caughtUp: false)]),
      .init(responses: [.event(10)], ending: nil),
    ])
    #expect(try await events(subscription(server), until: 10) == [1, 2, 3, 10])
    #expect(server.requests.map(\.cursor) == ["", "c2", "c3", "c9"])
  }

  @Test("the reader learns of every change of the connection, with the cursor to go on from")
  func changes() async throws {
    let lost = RPCError(.unavailable, "lost")
    let server = StandInServer([
      .init(responses: [
        .heartbeat("c0", caughtUp: false), .event(1), .heartbeat("c1", caughtUp: true),
        .heartbeat("c5", caughtUp: true),
      ]),
      .init(responses: [.heartbeat("c5", caughtUp: true)], ending: nil),
    ])
    var updates: [SubscriptionUpdate] = []
    for try await update in subscription(server) {
      updates.append(update)
      if updates.count == 7 { break }
    }
    #expect(
      updates == [
        .init(.connected, cursor: "c0"),
        .init(.event(Event(conversationID: "k", occurredAtMs: 1)), cursor: "c1"),
        .init(.caughtUp, cursor: "c1"),
        .init(.passed, cursor: "c5"),
        .init(.lost(lost, retryAfter: .seconds(1)), cursor: "c5"),
        .init(.connected, cursor: "c5"),
        .init(.caughtUp, cursor: "c5"),
      ]
    )
  }

  @Test("the waits grow while nobody answers and begin anew after an answer")
  func waits() async throws {
    let refused = StandInServer.Scene(refusal: RPCError(.unavailable, "nobody answers"))
    let server = StandInServer([
      refused, refused, refused, refused, refused,
      .init(responses: [.event(1)]),
      .init(responses: [.event(2)], ending: nil),
    ])
    let clock = SkippingClock(never: .seconds(20))
    #expect(try await events(subscription(server, clock: clock), until: 2) == [1, 2])
    #expect(clock.waits == [1, 2, 4, 8, 8, 1].map { .seconds($0) })
  }

  @Test(
    "what trying again cannot mend ends it",
    arguments: [
      StatusCode.unauthenticated, .permissionDenied, .invalidArgument, .outOfRange, .unimplemented,
      .dataLoss,
    ]
  )
  func fails(code: StatusCode) async throws {
    let error = RPCError(code, "no")
    let server = StandInServer([.init(responses: [.event(1)], ending: .failure(error))])
    var iterator = subscription(server).makeAsyncIterator()
    #expect(try await iterator.next()?.change == .connected)
    #expect(try await iterator.next()?.cursor == "c1")
    await #expect(throws: error) { try await iterator.next() }
    #expect(try await iterator.next() == nil)
    #expect(server.requests.count == 1)
  }

  @Test(
    "what passes is tried again",
    arguments: [
      StatusCode.unavailable, .cancelled, .deadlineExceeded, .resourceExhausted, .aborted,
      .internal, .unknown,
    ]
  )
  func retries(code: StatusCode) async throws {
    let server = StandInServer([
      .init(ending: .failure(RPCError(code, "later"))),
      .init(ending: .success(())),
      .init(responses: [.event(1)], ending: nil),
    ])
    #expect(try await events(subscription(server), until: 1) == [1])
  }

  @Test("a given cursor and the wish for everything survive attempts that come to nothing")
  func starts() async throws {
    let scenes = [
      StandInServer.Scene(refusal: RPCError(.unavailable, "nobody answers")),
      StandInServer.Scene(),
      StandInServer.Scene(responses: [.event(1)], ending: nil),
    ]
    let first = StandInServer(scenes)
    _ = try await events(subscription(first, from: .firstEvent), until: 1)
    #expect(first.requests.map(\.fromStart) == [true, true])
    let after = StandInServer(scenes)
    _ = try await events(subscription(after, from: .after(cursor: "c7")), until: 1)
    #expect(after.requests.map(\.cursor) == ["c7", "c7"])
  }

  @Test("a connection on which nothing comes any more is given up")
  func silence() async throws {
    // The clock runs so fast that a connection may be given up before it has been read.
    let second = StandInServer.Scene(responses: [.event(2)], ending: nil)
    let server = StandInServer(
      [.init(responses: [.event(1)], ending: nil)] + Array(repeating: second, count: 1000)
    )
    #expect(
      try await events(subscription(server, silenceMax: .seconds(5)), until: 2).last == 2
    )
    #expect(server.closed >= 1)
  }

  @Test("cancelling the reader ends it")
  func cancelled() async throws {
    let server = StandInServer([.init(responses: [.event(1)], ending: nil)])
    let subscription = subscription(server)
    let (seen, seeing) = AsyncStream<Void>.makeStream()
    let reader = Task {
      for try await update in subscription {
        if case .event = update.change { seeing.finish() }
      }
    }
    for await _ in seen {}
    reader.cancel()
    await #expect(throws: CancellationError.self) { try await reader.value }
  }
}
