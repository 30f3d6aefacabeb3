import ChatModel
import ChatRepository
import Testing

let userChecks: [ContractCheck] = [
  ContractCheck("putting a user twice changes nothing the second time") { clinic in
    let first = try #require(try await clinic.repository.user(clinic.amara))
    let again = try await clinic.repository.write(
      PutUser(id: first.id, displayName: first.displayName, role: first.role),
      WriteContext(actor: first.id, now: Clinic.time(60))
    )
    #expect(again == first)
  },
  ContractCheck("a changed user keeps his time of creation and gets a new time of change") {
    clinic in
    let changed = try await clinic.repository.write(
      PutUser(id: clinic.amara, displayName: "Amara N.", role: .patient),
      WriteContext(actor: clinic.amara, now: Clinic.time(60))
    )
    #expect(changed.displayName == "Amara N.")
    #expect(changed.createdAt == Clinic.start)
    #expect(changed.updatedAt == Clinic.time(60))
    #expect(try await clinic.repository.user(clinic.amara) == changed)
  },
  ContractCheck("users are listed by identifier, by role and in pages") { clinic in
    let first = try await clinic.repository.users(roles: Set(Role.allCases), after: nil, limit: 2)
    #expect(first.items.map(\.id) == [clinic.amara, clinic.lindqvist])
    #expect(first.hasMore)
    let rest = try await clinic.repository.users(
      roles: Set(Role.allCases),
      after: clinic.lindqvist,
      limit: 2
    )
    #expect(rest.items.map(\.id) == [clinic.okafor])
    #expect(!rest.hasMore)
    let doctors = try await clinic.repository.users(roles: [.doctor], after: nil, limit: 10)
    #expect(doctors.items.map(\.id) == [clinic.okafor])
    let none = try await clinic.repository.users(roles: [], after: nil, limit: 10)
    #expect(none.items.isEmpty && !none.hasMore)
  },
  ContractCheck("a deactivated user keeps his history and gets no first message") { clinic in
    let sent = try await clinic.send("before", from: clinic.okafor, to: clinic.amara)
    let gone = try await clinic.deactivate(clinic.okafor)
    #expect(!gone.isActive)
    let doctors = try await clinic.repository.users(roles: [.doctor], after: nil, limit: 10)
    #expect(doctors.items.isEmpty)
    let message = try await clinic.repository.message(sent.id, visibleTo: clinic.amara)
    #expect(message?.sender.displayName == User.tombstoneName)
    await #expect(throws: ChatError.notFound(.user)) {
      try await clinic.send("after", from: clinic.amara, to: clinic.okafor)
    }
    await #expect(throws: ChatError.notFound(.user)) {
      try await clinic.send("after", from: clinic.okafor, to: clinic.lindqvist)
    }
    await #expect(throws: ChatError.notFound(.user)) {
      _ = try await clinic.repository.write(
        AppendMessage(destination: .conversation(sent.id.conversation), content: "after"),
        WriteContext(actor: clinic.okafor, now: Clinic.time(2))
      )
    }
  },
  ContractCheck("a user can be put in a state that is not active, and back, in one step") {
    clinic in
    for isActive in [false, true] {
      let user = try await clinic.repository.write(
        PutUser(id: clinic.okafor, displayName: "Okafor", role: .nurse, isActive: isActive),
        WriteContext(actor: clinic.okafor, now: Clinic.time(1))
      )
      #expect(user.isActive == isActive)
      #expect(try await clinic.repository.user(clinic.okafor) == user)
    }
  },
  ContractCheck("who enters is made known, takes the role of his token, and is not let in again") {
    clinic in
    func enter(_ id: UserID, _ role: Role, at seconds: Int) async throws -> User {
      try await clinic.repository.write(
        EnterUser(id: id, displayName: "Newcomer", role: role),
        WriteContext(actor: id, now: Clinic.time(seconds))
      )
    }
    let new = try #require(UserID("newcomer"))
    let entered = try await enter(new, .nurse, at: 1)
    #expect(entered.displayName == "Newcomer" && entered.isActive)
    #expect(try await enter(new, .nurse, at: 2) == entered)
    // A name that was given is kept.
    let known = try await clinic.repository.user(clinic.okafor)
    let changed = try await enter(clinic.okafor, .pharmacist, at: 3)
    #expect(changed.role == .pharmacist && changed.displayName == known?.displayName)
    let gone = try await clinic.deactivate(clinic.okafor)
    #expect(try await enter(clinic.okafor, .doctor, at: 4) == gone)
    #expect(try await clinic.repository.user(clinic.okafor) == gone)
  },
]
