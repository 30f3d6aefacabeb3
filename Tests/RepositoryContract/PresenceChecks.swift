import ChatModel
import ChatRepository
import Testing

let presenceChecks: [ContractCheck] = [
  ContractCheck("a status is kept over a restart, until it is set anew") { clinic in
    let notes = [
      StatusNote(.outOfOffice, text: "Zurück am Montag", endsAt: Clinic.time(60)),
      StatusNote(.doNotDisturb), StatusNote(.available),
    ]
    for note in notes {
      let stored = try await clinic.repository.write(
        SetStatus(note: note),
        WriteContext(actor: clinic.amara, now: Clinic.start)
      )
      #expect(stored == note)
      try await clinic.reopen()
      let all = [clinic.amara, clinic.okafor]
      #expect(
        try await clinic.repository.storedPresences(of: all)
          == [clinic.amara: StoredPresence(note: note, lastSeenAt: nil)]
      )
    }
  },
  ContractCheck("a status that has ended, or of nobody, is refused; a repetition never is") {
    clinic in
    let intent = SetStatus(note: StatusNote(.away, endsAt: Clinic.time(60)))
    let key = try #require(IdempotencyKey("k"))
    for now in [0, 59, 60, 100] {
      let context = WriteContext(actor: clinic.amara, key: key, now: Clinic.time(now))
      #expect(try await clinic.repository.write(intent, context) == intent.note)
    }
    for key in [nil, IdempotencyKey("other")] {
      await #expect(throws: ChatError.failedPrecondition(.statusOver)) {
        let context = WriteContext(actor: clinic.amara, key: key, now: Clinic.time(60))
        _ = try await clinic.repository.write(intent, context)
      }
    }
    let nobody = try #require(UserID("nobody"))
    await #expect(throws: ChatError.notFound(.user)) {
      let context = WriteContext(actor: nobody, now: Clinic.start)
      _ = try await clinic.repository.write(SetStatus(note: .available), context)
    }
  },
  ContractCheck("when somebody was last seen never goes back, and a status stays beside it") {
    clinic in
    let nobody = try #require(UserID("nobody"))
    let note = StatusNote(.away, text: "lunch")
    let context = WriteContext(actor: clinic.amara, now: Clinic.start)
    _ = try await clinic.repository.write(SetStatus(note: note), context)
    for seconds in [10, 30, 20] {
      let times = [clinic.amara, clinic.okafor, nobody].map { ($0, Clinic.time(seconds)) }
      let intent = RecordLastSeen(times: Dictionary(uniqueKeysWithValues: times))
      _ = try await clinic.repository.write(intent, context)
    }
    let stored = try await clinic.repository.storedPresences(
      of: [clinic.amara, clinic.okafor, nobody]
    )
    #expect(
      stored == [
        clinic.amara: StoredPresence(note: note, lastSeenAt: Clinic.time(30)),
        clinic.okafor: StoredPresence(note: .available, lastSeenAt: Clinic.time(30)),
      ]
    )
  },
  ContractCheck("neighbors are those who share an open conversation that is no broadcast") {
    clinic in
    func neighbors(_ user: UserID) async throws -> [UserID] {
      try await clinic.repository.neighbors(of: user, limit: 10)
    }
    #expect(try await neighbors(clinic.amara) == [])
    _ = try await clinic.create(.broadcast, [clinic.lindqvist, clinic.okafor, clinic.amara])
    #expect(try await neighbors(clinic.amara) == [])
    let direct = try await clinic.conversation(clinic.amara, clinic.lindqvist)
    let group = try await clinic.create(.group, [clinic.lindqvist, clinic.okafor, clinic.amara])
    #expect(try await neighbors(clinic.amara) == [clinic.lindqvist, clinic.okafor])
    #expect(try await neighbors(clinic.okafor) == [clinic.amara, clinic.lindqvist])
    #expect(
      try await clinic.repository.neighbors(of: clinic.okafor, limit: 1) == [clinic.amara]
    )
    try await clinic.change(UpdateConversation(conversation: group, isActive: false))
    #expect(try await neighbors(clinic.amara) == [clinic.lindqvist])
    #expect(try await neighbors(clinic.okafor) == [])
    try await clinic.change(UpdateConversation(conversation: group, isActive: true))
    try await clinic.change(RemoveParticipant(conversation: group, user: clinic.okafor))
    #expect(try await neighbors(clinic.okafor) == [])
    #expect(try await neighbors(clinic.lindqvist) == [clinic.amara])
    #expect(direct != group)
  },
  ContractCheck("a circle is who takes part now, named only if they are not too many") { clinic in
    let group = try await clinic.create(.group, [clinic.lindqvist, clinic.okafor, clinic.amara])
    func circle(_ membersMax: Int = 10) async throws -> Circle? {
      try await clinic.repository.circle(of: group, membersMax: membersMax)
    }
    let all: Set = [clinic.amara, clinic.lindqvist, clinic.okafor]
    #expect(try await circle() == Circle(isOpen: true, type: .group, members: all))
    #expect(try await circle(3) == Circle(isOpen: true, type: .group, members: all))
    #expect(try await circle(2) == Circle(isOpen: true, type: .group, members: nil))
    #expect(try await clinic.repository.takesPart(clinic.okafor, in: group))
    try await clinic.change(RemoveParticipant(conversation: group, user: clinic.okafor))
    try await clinic.change(UpdateConversation(conversation: group, isActive: false))
    #expect(
      try await circle()
        == Circle(isOpen: false, type: .group, members: [clinic.amara, clinic.lindqvist])
    )
    #expect(try await !clinic.repository.takesPart(clinic.okafor, in: group))
    let missing = try #require(ConversationID(rawValue: 1))
    #expect(try await clinic.repository.circle(of: missing, membersMax: 10) == nil)
    #expect(try await !clinic.repository.takesPart(clinic.amara, in: missing))
  },
]

extension Clinic {
  /// A conversation of people of whom the first creates it.
  fileprivate func create(
    _ type: ConversationType,
    _ people: [UserID]
  ) async throws -> ConversationID {
    try await repository.write(
      CreateConversation(
        type: type,
        creator: people[0],
        others: Array(people.dropFirst()),
        title: "Team"
      ),
      WriteContext(actor: people[0], now: Self.start)
    ).conversation.id
  }

  /// A change by the dietitian, who owns the conversations here.
  fileprivate func change(_ intent: some WriteIntent) async throws {
    _ = try await repository.write(intent, WriteContext(actor: lindqvist, now: Self.start))
  }
}
