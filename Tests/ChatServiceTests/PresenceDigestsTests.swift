import ChatModel
import Testing

@testable import ChatService

@Suite("Digests of presence")
struct PresenceDigestsTests {
  private static func user(_ name: String) throws -> UserID { try #require(UserID(name)) }

  private static func users(_ count: Int) throws -> [UserID] {
    try (0..<count).map { try user("u\($0)") }
  }

  private static func presence(_ user: UserID, _ isOnline: Bool = true) -> LivePresence {
    LivePresence(
      Presence(userID: user, isOnline: isOnline, note: .available, lastSeenAt: nil)
    )
  }

  @Test("the blink of one with ten thousand contacts is told to 500 of them every 50 ms")
  func pace() throws {
    var digests = PresenceDigests()
    let contacts = try Self.users(10_000)
    let known = try Self.user("known")
    digests.add(Self.presence(known), for: contacts, at: .zero)
    var told: Set<UserID> = []
    var now = Duration.zero
    while told.count < 10_000 {
      let batches = digests.take(now)
      let listeners = batches.flatMap(\.listeners)
      #expect(listeners.count == 500)
      #expect(batches.count == 1, "encoded once for all")
      #expect(digests.take(now).count == 0, "not before the pause is over")
      told.formUnion(listeners)
      now += .milliseconds(50)
    }
    #expect(now == .seconds(1))
    // Somebody who blinks faster than that costs no more: each contact is told once in 500 ms.
    for _ in 0..<100 { digests.add(Self.presence(known, false), for: contacts, at: now) }
    #expect(digests.take(now).flatMap(\.listeners).count == 500)
  }

  @Test("a listener is told every 500 ms at most, of each person the newest")
  func newest() throws {
    var digests = PresenceDigests()
    let listener = try Self.user("listener")
    let (one, other) = (try Self.user("a"), try Self.user("b"))
    digests.add(Self.presence(one), for: [listener], at: .zero)
    #expect(digests.take(.zero).count == 1)
    digests.add(Self.presence(one, false), for: [listener], at: .milliseconds(10))
    digests.add(Self.presence(other), for: [listener], at: .milliseconds(20))
    digests.add(Self.presence(one), for: [listener], at: .milliseconds(30))
    digests.add(Self.presence(other, false), for: [listener], at: .milliseconds(40))
    #expect(digests.nextDue == .milliseconds(500))
    #expect(digests.take(.milliseconds(499)).count == 0)
    let batches = digests.take(.milliseconds(500))
    #expect(
      batches.map(\.content) == [
        .presence(
          [Self.presence(one).presence, Self.presence(other, false).presence],
          isIncomplete: false
        )
      ]
    )
    #expect(digests.take(.seconds(2)).count == 0)
    #expect(digests.nextDue == nil, "who is told nothing costs nothing")
  }

  @Test("one to whom too much has changed is told to ask")
  func tooMany() throws {
    var digests = PresenceDigests()
    let listener = try Self.user("listener")
    for user in try Self.users(10_000) {
      digests.add(Self.presence(user), for: [listener], at: .zero)
    }
    let batches = digests.take(.zero)
    guard case .presence(let presences, let isIncomplete) = batches.first?.content else {
      Issue.record("nothing was told")
      return
    }
    #expect(presences.count == PresenceDigests.changedMax)
    #expect(isIncomplete)
  }

  @Test("what one may no longer know is not told; one is told to ask")
  func forgotten() throws {
    var digests = PresenceDigests()
    let (leaver, other) = (try Self.user("leaver"), try Self.user("other"))
    let known = Self.presence(try Self.user("known"))
    digests.add(known, for: [leaver, other], at: .zero)
    digests.forget(for: [leaver])
    let told = digests.take(.zero)
    for batch in told {
      let isOther = batch.listeners == [other]
      #expect(isOther || batch.listeners == [leaver])
      #expect(
        batch.content
          == (isOther
            ? .presence([known.presence], isIncomplete: false) : .presence([], isIncomplete: true))
      )
    }
    #expect(told.count == 2)
  }
}

@Suite("When somebody was last seen")
struct LastSeenJournalTests {
  private static func time(_ milliseconds: Int64) -> Timestamp {
    Timestamp(milliseconds: milliseconds)
  }

  @Test("is stored a minute later, however often somebody comes and goes")
  func delay() throws {
    var journal = LastSeenJournal()
    let amara = try #require(UserID("amara"))
    for second in 0..<59 {
      journal.note(amara, Self.time(Int64(second)), at: .seconds(second))
      #expect(journal.take(.seconds(second)).count == 0)
    }
    #expect(journal.take(.seconds(60)) == [amara: Self.time(58)])
    #expect(journal[amara] == Self.time(58), "also while it is being stored")
    journal.note(amara, Self.time(99), at: .seconds(60))
    #expect(journal.take(.seconds(200)).count == 0, "one batch at a time")
    journal.saved(false, at: .seconds(200))
    #expect(journal[amara] == Self.time(99), "what failed does not take the place of what is newer")
    #expect(journal.take(.seconds(260)) == [amara: Self.time(99)])
    journal.saved(true, at: .seconds(260))
    #expect(journal.nextDue == nil)
    #expect(journal[amara] == nil)
  }

  @Test("many at once are stored in batches")
  func batches() throws {
    var journal = LastSeenJournal()
    for number in 0..<2_500 {
      journal.note(try #require(UserID("u\(number)")), Self.time(1), at: .zero)
    }
    var sizes: [Int] = []
    while true {
      let batch = journal.take(.zero)
      if batch.isEmpty { break }
      sizes.append(batch.count)
      journal.saved(true, at: .zero)
    }
    #expect(sizes == [1_000, 1_000, 500])
  }
}
