import ChatModel
import ChatRepository
import Testing

let participantChecks: [ContractCheck] = [
  ContractCheck("a group has an owner and members, a title, and a beginning in the log") { clinic in
    let id = try await clinic.group(
      clinic.okafor,
      [clinic.amara, clinic.lindqvist],
      title: "Discharge plan"
    )
    let summary = try #require(try await clinic.repository.conversation(id, for: clinic.amara))
    #expect(summary.conversation.title == "Discharge plan")
    #expect(summary.conversation.type == .group)
    #expect(summary.participants.map(\.conversationRole) == [.owner, .member, .member])
    #expect(try await clinic.events(of: clinic.amara) == clinic.told.events)
  },
  ContractCheck("who joins later sees the past or not, as the conversation says") { clinic in
    for history in HistoryVisibility.allCases {
      let id = try await clinic.group(clinic.okafor, [clinic.lindqvist], history: history)
      let first = try await clinic.say("1", clinic.okafor, in: id)
      try await clinic.say("2", clinic.lindqvist, in: id)
      try await clinic.add(clinic.amara, to: id, by: clinic.okafor)
      try await clinic.say("3", clinic.okafor, in: id)
      let sees = history == .all
      #expect(try await clinic.seen(by: clinic.amara, in: id) == (sees ? [1, 2, 3] : [3]))
      let found = try await clinic.repository.message(first, visibleTo: clinic.amara)
      #expect((found != nil) == sees)
      #expect(try await clinic.unread(clinic.amara, in: id) == 1)
    }
  },
  ContractCheck("who left sees nothing, and his log ends with his leaving") { clinic in
    let id = try await clinic.group(clinic.okafor, [clinic.amara, clinic.lindqvist])
    let message = try await clinic.say("1", clinic.okafor, in: id)
    try await clinic.remove(clinic.amara, from: id, by: clinic.amara, at: 5)
    try await clinic.say("2", clinic.okafor, in: id)
    await #expect(throws: ChatError.notFound(.conversation)) {
      _ = try await clinic.seen(by: clinic.amara, in: id)
    }
    #expect(try await clinic.repository.message(message, visibleTo: clinic.amara) == nil)
    #expect(try await clinic.repository.conversation(id, for: clinic.amara) == nil)
    let events = try await clinic.events(of: clinic.amara)
    guard case .participantLeft(_, clinic.amara, .left) = events.last?.kind else {
      Issue.record("the last event is \(String(describing: events.last?.kind))")
      return
    }
    let heard = clinic.told.events.filter { $0.audience.contains(clinic.amara) }
    #expect(heard == events)
    await #expect(throws: ChatError.notFound(.conversation)) {
      try await clinic.say("3", clinic.amara, in: id)
    }
  },
  ContractCheck("who comes back has a new period, and sees both where the past is hidden") {
    clinic in
    let id = try await clinic.group(clinic.okafor, [clinic.amara], history: .fromJoin)
    try await clinic.say("1", clinic.okafor, in: id)
    try await clinic.remove(clinic.amara, from: id, by: clinic.okafor, at: 1)
    try await clinic.say("2", clinic.okafor, in: id)
    try await clinic.add(clinic.amara, to: id, by: clinic.okafor, at: 2)
    try await clinic.say("3", clinic.okafor, in: id)
    #expect(try await clinic.seen(by: clinic.amara, in: id) == [1, 3])
    let all = try await clinic.repository.participants(of: id, visibleTo: clinic.amara)
    let periods = all.filter { $0.userID == clinic.amara }
    #expect(periods.map(\.isActive) == [false, true])
    #expect(periods.map { $0.leftSequence?.rawValue } == [1, nil])
    #expect(periods.map(\.joinedSequence.rawValue) == [0, 2])
    #expect(try await clinic.unread(clinic.amara, in: id) == 1)
    #expect(
      try await clinic.events(of: clinic.amara)
        == clinic.told.events.filter { $0.audience.contains(clinic.amara) }
    )
  },
  ContractCheck("members cannot add or remove others; owners keep at least one owner") { clinic in
    let id = try await clinic.group(clinic.okafor, [clinic.lindqvist])
    await #expect(throws: ChatError.permissionDenied) {
      try await clinic.add(clinic.amara, to: id, by: clinic.lindqvist)
    }
    await #expect(throws: ChatError.permissionDenied) {
      try await clinic.remove(clinic.okafor, from: id, by: clinic.lindqvist)
    }
    await #expect(throws: ChatError.failedPrecondition(.lastOwner)) {
      try await clinic.remove(clinic.okafor, from: id, by: clinic.okafor)
    }
    await #expect(throws: ChatError.notFound(.conversation)) {
      try await clinic.add(clinic.amara, to: id, by: clinic.amara)
    }
    await #expect(throws: ChatError.notFound(.participant)) {
      try await clinic.remove(clinic.amara, from: id, by: clinic.okafor)
    }
    let role = SetParticipantRole(conversation: id, user: clinic.lindqvist, role: .owner)
    _ = try await clinic.repository.write(role, try clinic.context(clinic.okafor))
    try await clinic.remove(clinic.okafor, from: id, by: clinic.okafor)
    try await clinic.add(clinic.amara, to: id, by: clinic.lindqvist)
    #expect(
      try await clinic.events(of: clinic.lindqvist)
        == clinic.told.events.filter { $0.audience.contains(clinic.lindqvist) }
    )
  },
  ContractCheck("the participants of a direct conversation do not change") { clinic in
    let id = try await clinic.conversation(clinic.amara, clinic.lindqvist)
    for actor in [clinic.amara, clinic.lindqvist] {
      await #expect(throws: ChatError.failedPrecondition(.participantsFixed)) {
        try await clinic.remove(actor, from: id, by: actor)
      }
    }
    await #expect(throws: ChatError.failedPrecondition(.participantsFixed)) {
      try await clinic.add(clinic.okafor, to: id, by: clinic.lindqvist)
    }
  },
  ContractCheck("a closed conversation can be read and not written; staff closes a direct one") {
    clinic in
    let sent = try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist)
    let id = sent.id.conversation
    let close = UpdateConversation(conversation: id, isActive: false)
    await #expect(throws: ChatError.permissionDenied) {
      _ = try await clinic.repository.write(close, try clinic.context(clinic.amara))
    }
    _ = try await clinic.repository.write(close, try clinic.context(clinic.lindqvist, at: 9))
    await #expect(throws: ChatError.failedPrecondition(.conversationClosed)) {
      try await clinic.say("b", clinic.amara, in: id)
    }
    await #expect(throws: ChatError.failedPrecondition(.conversationClosed)) {
      try await clinic.send("b", from: clinic.lindqvist, to: clinic.amara)
    }
    await #expect(throws: ChatError.failedPrecondition(.conversationClosed)) {
      try await clinic.react("👍", to: sent.id, by: clinic.lindqvist)
    }
    #expect(try await clinic.seen(by: clinic.amara, in: id) == [1])
    try await clinic.move(.read, of: clinic.lindqvist, in: id, upTo: 1)
    let open = UpdateConversation(conversation: id, isActive: true)
    _ = try await clinic.repository.write(open, try clinic.context(clinic.lindqvist))
    try await clinic.say("b", clinic.amara, in: id)
    #expect(try await clinic.events(of: clinic.amara) == clinic.told.events)
  },
  ContractCheck("in a broadcast staff writes, and patients learn nothing of each other") { clinic in
    let noah = try await clinic.enter("noah", .patient)
    let id = try await clinic.group(clinic.okafor, [clinic.amara, noah], type: .broadcast)
    let message = try await clinic.say("Closed on Monday", clinic.okafor, in: id)
    await #expect(throws: ChatError.permissionDenied) {
      try await clinic.say("Thanks", clinic.amara, in: id)
    }
    try await clinic.move(.read, of: noah, in: id, upTo: 1)
    try await clinic.react("👍", to: message, by: noah)
    let mine = try #require(try await clinic.repository.conversation(id, for: clinic.amara))
    #expect(Set(mine.participants.map(\.userID)) == [clinic.okafor, clinic.amara])
    #expect(mine.lastMessage?.reactions == [Reaction(emoji: "👍", count: 1, users: [])])
    let receipts = try await clinic.repository.receipts(
      of: message,
      at: nil,
      visibleTo: clinic.amara
    )
    #expect(receipts.map(\.userID) == [clinic.amara])
    let theirs = try await clinic.repository.receipts(
      of: message,
      at: nil,
      visibleTo: clinic.okafor
    )
    #expect(theirs.map(\.userID) == [clinic.amara, noah])
    let events = try await clinic.events(of: clinic.amara)
    #expect(events == clinic.told.events.filter { $0.audience.contains(clinic.amara) })
    #expect(!events.contains { "\($0.kind)".contains("noah") })
  },
  ContractCheck("who is deactivated leaves every group and stays in direct conversations") {
    clinic in
    let direct = try await clinic.send("a", from: clinic.okafor, to: clinic.amara)
    let id = try await clinic.group(clinic.lindqvist, [clinic.amara, clinic.okafor])
    try await clinic.deactivate(clinic.okafor, at: 3)
    let group = try #require(try await clinic.repository.conversation(id, for: clinic.amara))
    let former = try #require(group.participants.first { $0.userID == clinic.okafor })
    #expect(!former.isActive)
    #expect(former.displayName == User.tombstoneName)
    await #expect(throws: ChatError.notFound(.user)) {
      try await clinic.say("b", clinic.amara, in: direct.id.conversation)
    }
    let events = try await clinic.events(of: clinic.amara)
    guard case .participantLeft(_, clinic.okafor, .deactivated) = events.last?.kind else {
      Issue.record("the last event is \(String(describing: events.last?.kind))")
      return
    }
  },
  ContractCheck("muting is the user's own, and only his devices are told") { clinic in
    let id = try await clinic.conversation(clinic.amara, clinic.lindqvist)
    let mute = MuteConversation(conversation: id, until: Clinic.time(60))
    _ = try await clinic.repository.write(mute, try clinic.context(clinic.amara))
    let mine = try await clinic.repository.conversation(id, for: clinic.amara)
    let theirs = try await clinic.repository.conversation(id, for: clinic.lindqvist)
    #expect(mine?.mutedUntil == Clinic.time(60))
    #expect(theirs?.mutedUntil == nil)
    #expect(try await clinic.events(of: clinic.amara).count == 2)
    #expect(try await clinic.events(of: clinic.lindqvist).count == 1)
    #expect(clinic.told.events.last?.audience == [clinic.amara])
  },
  ContractCheck("conversations are found by title, person and last message, by any beginning") {
    clinic in
    let id = try await clinic.group(
      clinic.okafor,
      [clinic.amara, clinic.lindqvist],
      title: "Ernährung für Zuhause"
    )
    try await clinic.say("Bring the café receipt", clinic.okafor, in: id)
    let repository = clinic.repository
    for text in ["ernahr", "ZUHAUSE ern", "lind", "Cafe", "recei okaf"] {
      let found = try await repository.searchConversations(
        of: clinic.amara,
        text: text,
        limit: 5
      )
      #expect(found.map(\.conversation.id) == [id], "\(text)")
    }
    for text in ["hause", "noah", "amara"] {
      #expect(
        try await repository.searchConversations(of: clinic.amara, text: text, limit: 5).isEmpty
      )
    }
    let stranger = try await clinic.enter("stranger", .nurse)
    #expect(
      try await repository.searchConversations(of: stranger, text: "ern", limit: 5).isEmpty
    )
  },
]
