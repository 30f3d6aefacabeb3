import ChatModel
import ChatRepository
import Testing

let careTeamChecks: [ContractCheck] = [
  ContractCheck("a patient is assigned to one professional of each role, and all is kept") {
    clinic in
    let moreau = try await clinic.secondDietitian()
    let first = try await clinic.assign(clinic.amara, to: clinic.lindqvist, at: 1)
    #expect(first.begun.role == .dietitian)
    #expect(first.begun.assignedAt == Clinic.time(1))
    #expect(first.ended == nil)
    try await clinic.assign(clinic.amara, to: clinic.okafor, at: 2)
    #expect(try await clinic.assign(clinic.amara, to: clinic.lindqvist, at: 3) == first)
    let second = try await clinic.assign(clinic.amara, to: moreau, at: 4)
    #expect(second.ended?.professional == clinic.lindqvist)
    #expect(second.ended?.endedAt == second.begun.assignedAt)
    let team = try await clinic.repository.careTeam(of: clinic.amara)
    #expect(team.map(\.assignment.role) == [.dietitian, .doctor])
    #expect(team.map(\.professional.id) == [moreau, clinic.okafor])
    let history = try await clinic.repository.careHistory(of: clinic.amara, skipping: 0, limit: 2)
    #expect(history.items.map(\.professional.id) == [clinic.lindqvist, clinic.okafor])
    #expect(history.items.map(\.assignment.endedAt) == [Clinic.time(4), nil])
    #expect(history.hasMore)
    let rest = try await clinic.repository.careHistory(of: clinic.amara, skipping: 2, limit: 2)
    #expect(rest.items.map(\.professional.id) == [moreau])
    #expect(!rest.hasMore)
    try await clinic.expectToldEvents(of: clinic.amara, clinic.lindqvist, moreau, clinic.okafor)
    try await clinic.reopen()
    #expect(try await clinic.repository.careTeam(of: clinic.amara) == team)
  },
  ContractCheck("only patients are assigned, and only to those who give care") { clinic in
    let nobody = try #require(UserID("nobody"))
    for (patient, professional) in [
      (nobody, clinic.lindqvist), (clinic.amara, nobody), (clinic.okafor, clinic.lindqvist),
    ] {
      await #expect(throws: ChatError.notFound(.user)) {
        try await clinic.assign(patient, to: professional)
      }
    }
    await #expect(throws: ChatError.failedPrecondition(.givesNoCare)) {
      try await clinic.assign(clinic.amara, to: clinic.amara)
    }
    await #expect(throws: ChatError.failedPrecondition(.noAssignment)) {
      _ = try await clinic.repository.write(
        UnassignCare(patient: clinic.amara, role: .nurse),
        try clinic.administrator()
      )
    }
    #expect(clinic.told.events.isEmpty)
  },
  ContractCheck("50 parallel first messages to the assigned dietitian make one conversation") {
    clinic in
    try await clinic.assign(clinic.amara, to: clinic.lindqvist)
    let sent = try await withThrowingTaskGroup(of: AppendedMessage.self) { group in
      for number in 0..<50 {
        group.addTask { try await clinic.sendToDietitian("\(number)", from: clinic.amara) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let id = try #require(sent.first?.id.conversation)
    #expect(Set(sent.map(\.id.conversation)) == [id])
    #expect(sent.map(\.id.sequence.rawValue).sorted() == Array(1...50))
    let seen = try #require(try await clinic.repository.conversation(id, for: clinic.lindqvist))
    #expect(seen.conversation.type == .support)
    #expect(seen.conversation.patient == clinic.amara)
    #expect(seen.conversation.careRole == .dietitian)
    #expect(seen.unreadCount == 50)
    #expect(seen.participants.map(\.userID) == [clinic.amara, clinic.lindqvist])
    #expect(seen.participants.map(\.conversationRole) == [.member, .owner])
    try await clinic.expectToldEvents(of: clinic.amara, clinic.lindqvist)
  },
  ContractCheck("a message to a role in which nobody is assigned finds nobody, and changes nothing")
  {
    clinic in
    await #expect(throws: ChatError.notFound(.assignment)) {
      try await clinic.sendToDietitian("anybody?", from: clinic.amara, key: "k")
    }
    #expect(clinic.told.events.isEmpty)
    try await clinic.assign(clinic.amara, to: clinic.lindqvist)
    let sent = try await clinic.sendToDietitian("anybody?", from: clinic.amara, key: "k")
    _ = try await clinic.repository.write(
      UnassignCare(patient: clinic.amara, role: .dietitian),
      try clinic.administrator()
    )
    // What was stored once is answered for ever.
    let again = try await clinic.sendToDietitian("anybody?", from: clinic.amara, key: "k")
    #expect(again.id == sent.id)
    await #expect(throws: ChatError.notFound(.assignment)) {
      try await clinic.sendToDietitian("else", from: clinic.amara)
    }
    // The conversation stays the patient's, and is no longer the dietitian's.
    let id = sent.id.conversation
    #expect(try await clinic.repository.conversation(id, for: clinic.amara) != nil)
    #expect(try await clinic.repository.conversation(id, for: clinic.lindqvist) == nil)
  },
  ContractCheck("a support conversation is asked for by its patient and the assigned professional")
  {
    clinic in
    try await clinic.assign(clinic.amara, to: clinic.lindqvist)
    let repository = clinic.repository
    let wish = OpenSupportConversation(patient: clinic.amara, role: .dietitian)
    let before = try await repository.supportContact(
      of: clinic.amara,
      role: .dietitian,
      for: clinic.amara
    )
    #expect(before?.member.professional.id == clinic.lindqvist)
    #expect(before?.conversation == nil)
    let made = try await repository.write(
      wish,
      WriteContext(actor: clinic.lindqvist, now: Clinic.start)
    )
    #expect(made.isNew)
    let same = try await repository.write(
      wish,
      WriteContext(actor: clinic.amara, now: Clinic.time(1))
    )
    #expect(same == OpenedSupportConversation(conversation: made.conversation, isNew: false))
    let sent = try await clinic.sendToDietitian("hello", from: clinic.amara)
    #expect(sent.id.conversation == made.conversation)
    await #expect(throws: ChatError.notFound(.assignment)) {
      _ = try await repository.write(
        wish,
        WriteContext(actor: clinic.okafor, now: Clinic.start)
      )
    }
    let after = try await repository.supportContact(
      of: clinic.amara,
      role: .dietitian,
      for: clinic.lindqvist
    )
    #expect(after?.conversation?.unreadCount == 1)
    #expect(after?.conversation?.lastMessage?.content == "hello")
  },
  ContractCheck("S1.34: a professional's patients are all and only those of now and before") {
    clinic in
    let moreau = try await clinic.secondDietitian()
    var patients: [UserID] = []
    for name in ["p1", "p2", "p3"] {
      let id = try #require(UserID(name))
      _ = try await clinic.repository.write(
        PutUser(id: id, displayName: "The \(id)", role: .patient),
        try clinic.administrator()
      )
      patients.append(id)
    }
    for (second, patient) in patients.dropLast().enumerated() {
      try await clinic.assign(patient, to: clinic.lindqvist, at: second)
    }
    try await clinic.sendToDietitian("hello", from: patients[0])
    try await clinic.assign(patients[1], to: moreau, at: 5)
    let list = { (professional: UserID, past: Bool) in
      try await clinic.repository.carePatients(
        of: professional,
        includingPast: past,
        after: nil,
        limit: 9
      ).items
    }
    let all = try await list(clinic.lindqvist, true)
    #expect(all.map(\.patient.id) == [patients[0], patients[1]])
    #expect(all.map(\.assignment.endedAt) == [nil, Clinic.time(5)])
    #expect(all.map { $0.conversation?.unreadCount } == [1, nil])
    #expect(try await list(clinic.lindqvist, false).map(\.patient.id) == [patients[0]])
    #expect(try await list(moreau, true).map(\.patient.id) == [patients[1]])
    #expect(try await list(clinic.okafor, true).isEmpty)
    // Back again: one row, of now.
    try await clinic.assign(patients[1], to: clinic.lindqvist, at: 6)
    let again = try await list(clinic.lindqvist, true)
    #expect(again.map(\.patient.id) == [patients[0], patients[1]])
    #expect(again.map(\.assignment.endedAt) == [nil, nil])
    let page = try await clinic.repository.carePatients(
      of: clinic.lindqvist,
      includingPast: true,
      after: patients[0],
      limit: 1
    )
    #expect(page.items.map(\.patient.id) == [patients[1]])
    #expect(!page.hasMore)
  },
  ContractCheck("who is deactivated, or becomes something else, cares for nobody any more") {
    clinic in
    let moreau = try await clinic.secondDietitian()
    try await clinic.assign(clinic.amara, to: clinic.lindqvist)
    let sent = try await clinic.sendToDietitian("hello", from: clinic.amara)
    try await clinic.deactivate(clinic.lindqvist)
    #expect(try await clinic.repository.careTeam(of: clinic.amara).isEmpty)
    let history = try await clinic.repository.careHistory(of: clinic.amara, skipping: 0, limit: 9)
    #expect(history.items.map(\.professional.displayName) == [User.tombstoneName])
    #expect(history.items.map(\.assignment.endedAt) == [Clinic.time(1)])
    // Whoever comes next finds what was not read.
    try await clinic.assign(clinic.amara, to: moreau, at: 2)
    let id = sent.id.conversation
    let seen = try await clinic.repository.conversation(id, for: moreau)
    #expect(seen?.unreadCount == 1)
    _ = try await clinic.repository.write(
      PutUser(id: moreau, displayName: "Moreau", role: .doctor),
      try clinic.administrator(at: 3)
    )
    #expect(try await clinic.repository.careTeam(of: clinic.amara).isEmpty)
    #expect(try await clinic.repository.conversation(id, for: moreau) == nil)
  },
]
