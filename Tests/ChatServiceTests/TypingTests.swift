import ChatModel
import ChatRepository
import ChatService
import Testing

@Suite("Typing")
struct TypingTests {
  private let ward: Ward
  private let amara: Principal
  private let lind: Principal
  private let nina: Principal
  private let conversation: ConversationID

  init() async throws {
    ward = try Ward()
    amara = try await ward.enter("amara", .patient)
    lind = try await ward.enter("lind", .dietitian)
    nina = try await ward.enter("nina", .nurse)
    let message = try await ward.send("hello", from: amara, to: .direct(lind.userID))
    conversation = message.id.conversation
  }

  private func signal(_ isTyping: Bool, _ person: Principal) async throws(ChatError) {
    try await ward.chat.presences.type(isTyping, in: conversation, person)
  }

  @Test("S2.87: is told to the other participants only, and ends by itself after six seconds")
  func lifetime() async throws {
    let listeners = [
      try await Listener.live(amara, ward), try await Listener.live(lind, ward),
      try await Listener.live(lind, ward), try await Listener.live(nina, ward),
    ]
    try await signal(true, amara)
    #expect(listeners.map(\.typing) == [[], [true], [true], []])
    ward.time.advance(by: .milliseconds(5_999))
    #expect(listeners.map(\.typing) == [[], [true], [true], []])
    ward.time.advance(by: .milliseconds(1))
    #expect(listeners.map(\.typing) == [[], [true, false], [true, false], []])
    #expect(
      listeners[1].ephemeral.first == .typing(amara.userID, in: conversation, isTyping: true)
    )
  }

  @Test("a thousand signals in a second are told once")
  func coalesced() async throws {
    let listener = try await Listener.live(lind, ward)
    for _ in 0..<1_000 {
      try await signal(true, amara)
      ward.time.advance(by: .milliseconds(1))
    }
    #expect(listener.typing == [true])
    try await signal(false, amara)
    #expect(listener.typing == [true, false])
  }

  @Test("ends with the message that was typed, which the others get before")
  func sent() async throws {
    let listener = try await Listener.live(lind, ward)
    try await signal(true, amara)
    try await ward.send("there", from: amara, to: .conversation(conversation))
    try await eventually("typing has ended") { listener.typing == [true, false] }
    let notes = listener.all.filter { $0 != .caughtUp }
    guard case .event = notes.dropFirst().first else {
      Issue.record("not the message: \(notes)")
      return
    }
    ward.time.advance(by: .seconds(20))
    #expect(listener.typing == [true, false])
  }

  @Test("one who takes no part gets NOT_FOUND, as for a conversation that is not there")
  func foreign() async throws {
    let listener = try await Listener.live(lind, ward)
    let missing = try #require(ConversationID(rawValue: 1))
    for id in [conversation, missing] {
      for isTyping in [true, false] {
        let error = await #expect(throws: ChatError.self) {
          try await ward.chat.presences.type(isTyping, in: id, nina)
        }
        #expect(error == .notFound(.conversation))
      }
    }
    #expect(listener.ephemeral.isEmpty)
  }

  @Test("in a ninth conversation it is refused until one of the others has ended")
  func tooMany() async throws {
    var conversations: [ConversationID] = []
    for number in 0..<9 {
      let patient = try await ward.enter("p\(number)", .patient)
      conversations.append(
        try await ward.send("x", from: patient, to: .direct(lind.userID)).id.conversation
      )
    }
    for id in conversations.prefix(8) { try await ward.chat.presences.type(true, in: id, lind) }
    let error = await #expect(throws: ChatError.self) {
      try await ward.chat.presences.type(true, in: conversations[8], lind)
    }
    #expect(error?.description.contains("8 conversations") == true)
    ward.time.advance(by: .seconds(6))
    try await ward.chat.presences.type(true, in: conversations[8], lind)
  }

  @Test("is never stored: the log and its cursor stay where they are")
  func notStored() async throws {
    let before = try await ward.repository.logHead()
    let listener = try await Listener.live(lind, ward)
    try await signal(true, amara)
    ward.time.advance(by: .seconds(10))
    #expect(listener.typing == [true, false])
    #expect(try await ward.repository.logHead() == before)
  }

  @Test("a subscriber who does not read is sent none of it, and told of the gap when they do")
  func parked() async throws {
    let listener = try await Listener.live(lind, ward)
    listener.stopReading()
    try await signal(true, amara)
    #expect(listener.typing == [true], "the one that filled it")
    for _ in 0..<100 {
      ward.time.advance(by: .seconds(7))
      try await signal(true, amara)
    }
    #expect(listener.ephemeral.count == 1)
    listener.readAgain()
    let gap = Ephemeral.presence([], isIncomplete: true)
    try await eventually("the gap is told") { listener.ephemeral.last == gap }
    #expect(listener.ephemeral.count == 2)
  }

  @Test("S2.87: who leaves is hidden, is told nothing any more, and may not type any more")
  func leaving() async throws {
    let group = try await ward.group(lind, amara, nina)
    let typing = ward.chat.presences
    for round in 0..<20 {
      let listener = try await Listener.live(nina, ward)
      let other = try await Listener.live(lind, ward)
      try await typing.type(true, in: group, nina)
      // Whichever comes first: nothing comes after the leave.
      async let signal: Void? = try? typing.type(true, in: group, amara)
      async let left = ward.chat.conversations.removeParticipant(
        nina.userID,
        from: group,
        key: nil,
        nina
      )
      _ = await signal
      _ = try await left
      try await eventually("the leaver is hidden") {
        other.ephemeral.contains(.typing(nina.userID, in: group, isTyping: false))
      }
      try await typing.type(false, in: group, amara)
      ward.time.advance(by: .seconds(20))
      let last = listener.all.lastIndex { if case .event = $0 { true } else { false } }
      let after = listener.all[(last ?? 0)...].contains { note in
        if case .ephemeral(.typing) = note { true } else { false }
      }
      #expect(!after, "round \(round)")
      let error = await #expect(throws: ChatError.self) {
        try await typing.type(true, in: group, nina)
      }
      #expect(error == .notFound(.conversation))
      listener.close()
      other.close()
      _ = try await ward.chat.conversations.addParticipants(
        [nina.userID],
        as: .member,
        to: group,
        key: nil,
        lind
      )
    }
  }

  @Test("in a closed conversation nobody types, and it is told nothing more")
  func closed() async throws {
    let group = try await ward.group(lind, amara, nina)
    let listener = try await Listener.live(nina, ward)
    try await ward.chat.presences.type(true, in: group, amara)
    _ = try await ward.chat.conversations.setActive(false, group, key: nil, lind)
    ward.time.advance(by: .seconds(20))
    #expect(listener.typing == [true])
    let error = await #expect(throws: ChatError.self) {
      try await ward.chat.presences.type(true, in: group, amara)
    }
    #expect(error == .failedPrecondition(.conversationClosed))
  }
}
