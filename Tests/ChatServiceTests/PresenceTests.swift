import ChatModel
import ChatRepository
import ChatService
import Testing

@Suite("Presence")
struct PresenceTests {
  private let ward: Ward
  private let amara: Principal
  private let lind: Principal
  private let nina: Principal

  init() async throws {
    ward = try Ward()
    amara = try await ward.enter("amara", .patient)
    lind = try await ward.enter("lind", .dietitian)
    nina = try await ward.enter("nina", .nurse)
    try await ward.send("hello", from: amara, to: .direct(lind.userID))
  }

  /// Lets time pass until something was told.
  private func pass(
    _ what: Comment,
    sourceLocation: SourceLocation = #_sourceLocation,
    until isSo: () -> Bool
  ) async throws {
    try await eventually(what, sourceLocation: sourceLocation) {
      ward.time.advance(by: .milliseconds(1))
      return isSo()
    }
  }

  private func isOnline(_ user: Principal, to viewer: Principal) async throws -> Bool? {
    try await ward.chat.presences.get([user.userID], viewer)[user.userID]?.isOnline
  }

  @Test("S2.12: an open stream is online, its end is offline, and it is told to whom it concerns")
  func subscription() async throws {
    let watcher = try await Listener.live(lind, ward)
    let stranger = try await Listener.live(nina, ward)
    #expect(try await isOnline(amara, to: lind) == false)
    let device = try await Listener.live(amara, ward)
    #expect(try await isOnline(amara, to: lind) == true)
    try await pass("online is told") { watcher.presences.last?.isOnline == true }
    ward.advance(seconds: 60)
    device.close()
    #expect(try await isOnline(amara, to: lind) == true, "for another three seconds")
    ward.time.advance(by: .seconds(3))
    #expect(try await isOnline(amara, to: lind) == false)
    try await pass("offline is told") { watcher.presences.last?.isOnline == false }
    #expect(watcher.presences.map(\.userID) == [amara.userID, amara.userID])
    #expect(watcher.presences.last?.lastSeenAt == ward.now)
    #expect(stranger.ephemeral.isEmpty)
  }

  @Test("S2.12: two devices are one person: one closes, and they are still online")
  func devices() async throws {
    let watcher = try await Listener.live(lind, ward)
    let devices = [try await Listener.live(amara, ward), try await Listener.live(amara, ward)]
    try await pass("online is told") { watcher.presences.last?.isOnline == true }
    devices[0].close()
    ward.time.advance(by: .seconds(100))
    #expect(try await isOnline(amara, to: lind) == true)
    #expect(watcher.presences.count == 1)
    devices[1].close()
    try await pass("offline is told") { watcher.presences.count == 2 }
  }

  @Test("who comes to share a conversation is told of, both ways, and to nobody else")
  func newNeighbors() async throws {
    let amaras = try await Listener.live(amara, ward)
    let ninas = try await Listener.live(nina, ward)
    try await ward.send("hello", from: nina, to: .direct(amara.userID))
    // An online that is told anyway may come beside it.
    try await pass("both are told") { !amaras.presences.isEmpty && !ninas.presences.isEmpty }
    #expect(Set(amaras.presences.map(\.userID)) == [nina.userID])
    #expect(Set(ninas.presences.map(\.userID)) == [amara.userID])
    #expect(amaras.presences.last?.isOnline == true)
    #expect(ninas.presences.last?.isOnline == true)
    let group = try await ward.group(lind, nina)
    try await pass("a new group is told") { ninas.presences.last?.userID == lind.userID }
    #expect(ninas.presences.last?.isOnline == false)
    let okafor = try await ward.enter("okafor", .doctor)
    let okafors = try await Listener.live(okafor, ward)
    _ = try await ward.chat.conversations.addParticipants(
      [okafor.userID],
      as: .member,
      to: group,
      key: nil,
      lind
    )
    try await pass("the newcomer is told") { ninas.presences.last?.userID == okafor.userID }
    try await pass("and so are the others to him") { okafors.presences.count >= 2 }
    #expect(Set(okafors.presences.map(\.userID)) == [lind.userID, nina.userID])
    #expect(Set(amaras.presences.map(\.userID)) == [nina.userID], "she has met nobody else")
  }

  @Test("a heartbeat keeps somebody online for as long as it says")
  func heartbeat() async throws {
    let watcher = try await Listener.live(lind, ward)
    try ward.chat.presences.heartbeat(device: "a", for: .seconds(30), amara)
    #expect(try await isOnline(amara, to: lind) == true)
    ward.time.advance(by: .milliseconds(29_999))
    #expect(try await isOnline(amara, to: lind) == true)
    try await pass("offline is told") { watcher.presences.last?.isOnline == false }
    #expect(try await isOnline(amara, to: lind) == false)
  }

  @Test("who shares no conversation is left out, as one who is not there")
  func strangers() async throws {
    let missing = try #require(UserID("nobody"))
    let asked = [amara.userID, lind.userID, nina.userID, missing]
    #expect(
      try await Set(ward.chat.presences.get(asked, lind).keys) == [amara.userID, lind.userID]
    )
    #expect(try await Set(ward.chat.presences.get(asked, nina).keys) == [nina.userID])
    try await ward.send("hello", from: nina, to: .direct(lind.userID))
    #expect(
      try await Set(ward.chat.presences.get(asked, nina).keys) == [lind.userID, nina.userID]
    )
  }

  @Test("connecting anew again and again is told to nobody")
  func flapping() async throws {
    let watcher = try await Listener.live(lind, ward)
    var device = try await Listener.live(amara, ward)
    try await pass("online is told") { watcher.presences.count == 1 }
    for _ in 0..<20 {
      device.close()
      ward.time.advance(by: .seconds(2))
      device = try await Listener.live(amara, ward)
      ward.time.advance(by: .seconds(5))
    }
    #expect(watcher.presences.count == 1)
  }

  @Test("a blink of one with many contacts is told to so many at a time", .timeLimit(.minutes(2)))
  func manyContacts() async throws {
    var listeners: [Listener] = []
    for number in 0..<600 {
      let patient = try await ward.enter("p\(number)", .patient)
      try await ward.send("x", from: patient, to: .direct(lind.userID))
      listeners.append(try await Listener.live(patient, ward))
    }
    try ward.chat.presences.heartbeat(device: "a", for: .seconds(300), lind)
    var counts: [Int] = []
    try await pass("all are told") {
      let count = listeners.count { !$0.presences.isEmpty }
      if counts.last != count { counts.append(count) }
      return count == 600
    }
    #expect(counts.filter { $0 > 0 } == [500, 600])
  }

  @Test("a status is told with its text, and its end when it comes")
  func status() async throws {
    let watcher = try await Listener.live(lind, ward)
    let endsAt = Timestamp(milliseconds: ward.now.milliseconds + 60_000)
    let note = StatusNote(.outOfOffice, text: "Back on Monday", endsAt: endsAt)
    #expect(try await ward.chat.presences.set(note, key: nil, amara) == note)
    try await pass("the status is told") { watcher.presences.last?.note == note }
    ward.advance(seconds: 60)
    #expect(
      try await ward.chat.presences.get([amara.userID], lind)[amara.userID]?.note == .available
    )
    ward.time.advance(by: .seconds(60))
    try await eventually("its end is told") {
      ward.time.advance(by: .milliseconds(1))
      return watcher.presences.last?.note == .available
    }
    for text in [String(repeating: "x", count: 201), "two\nlines"] {
      let error = await #expect(throws: ChatError.self) {
        _ = try await ward.chat.presences.set(StatusNote(.away, text: text), key: nil, amara)
      }
      guard case .invalidArgument("status_text", _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  @Test("when somebody was last seen is stored a minute later, or at the end")
  func lastSeen() async throws {
    func stored() async throws -> Timestamp? {
      try await ward.repository.storedPresences(of: [amara.userID])[amara.userID]?.lastSeenAt
    }
    let device = try await Listener.live(amara, ward)
    ward.time.advance(by: .seconds(60))
    let first = ward.now
    var found: Timestamp?
    while found == nil { found = try await stored() }
    #expect(found == first)
    ward.advance(seconds: 1_000)
    device.close()
    #expect(try await stored() == first)
    await ward.chat.stop()
    #expect(try await stored() == ward.now)
  }

  @Test("who leaves the last common conversation is told nothing more, and is unknown")
  func leaving() async throws {
    let group = try await ward.group(lind, nina)
    let watcher = try await Listener.live(nina, ward)
    try ward.chat.presences.heartbeat(device: "a", for: .seconds(300), lind)
    try await pass("online is told") { watcher.presences.count == 1 }
    // Something is to be told, and is not any more.
    _ = try await ward.chat.presences.set(StatusNote(.away), key: nil, lind)
    ward.time.advance(by: .seconds(1))
    _ = try await ward.chat.conversations.removeParticipant(
      nina.userID,
      from: group,
      key: nil,
      lind
    )
    for _ in 0..<1_000 {
      ward.time.advance(by: .milliseconds(10))
      await Task.yield()
    }
    #expect(watcher.presences.count == 1)
    #expect(try await isOnline(lind, to: nina) == nil)
  }
}
