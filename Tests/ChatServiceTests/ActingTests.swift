import ChatModel
import ChatService
import Testing

@Suite("Services that act for users")
struct ActingTests {
  private func service(_ ward: Ward, _ scope: String) throws -> Principal {
    Principal(
      userID: try #require(UserID("portal")),
      role: .service,
      displayName: "Portal",
      expiresAt: Timestamp(milliseconds: ward.now.milliseconds + 3_600_000),
      credential: Credential(tokenID: "t1", issuedAt: ward.now),
      actingRights: ActingRights(scope: scope)
    )
  }

  @Test("a scope is words, and those that are not known mean nothing")
  func scopes() {
    #expect(ActingRights(scope: "") == [])
    #expect(ActingRights(scope: "openid act:message.read profile") == .readMessages)
    #expect(
      ActingRights(scope: "act:message.read  act:message.write")
        == [.readMessages, .writeMessages]
    )
    #expect(ActingRights(scope: "act:*") == .all)
    for wrong in ["act", "act:", "act:message", "ACT:*", "message.read", "act:message.*", "*"] {
      #expect(ActingRights(scope: wrong) == [], "\(wrong)")
    }
    #expect(ActingRights(scope: ActingRights.all.description) == .all)
  }

  @Test("every operation either has a right to act, or is said to have none")
  func everyOperation() {
    for operation in Operation.allCases {
      let isDelegable = Policy.acting[operation] != nil
      #expect(isDelegable != Policy.neverActing.contains(operation), "\(operation)")
    }
  }

  @Test("a service with the right makes the call as the user, and stands beside")
  func acts() async throws {
    let ward = try Ward()
    let amara = try await ward.enter("amara", .patient)
    let portal = try service(ward, "act:message.write")
    let sessions = ward.chat.sessions
    let acting = try await sessions.lookUp("amara", for: portal, .sendMessage)
    #expect(acting.userID == amara.userID)
    #expect(acting.role == .patient)
    #expect(acting.actingService == portal.userID)
    #expect(acting.expiresAt == portal.expiresAt)
    #expect(acting.credential == portal.credential)
    #expect(acting.actingRights == [], "nobody acts for those who act")
    #expect(try sessions.remembered("amara", for: portal, .sendMessage) == acting)
  }

  @Test("what the scope does not name is refused, for whom it does name too")
  func missingRight() async throws {
    let ward = try Ward()
    try await ward.enter("amara", .patient)
    let portal = try service(ward, "act:message.read")
    let refusal = await #expect(throws: ActingError.self) {
      try await ward.chat.sessions.lookUp("amara", for: portal, .sendMessage)
    }
    #expect(refusal == .missingRight(.writeMessages))
    #expect(refusal?.description == "the token's scope must hold act:message.write")
    let none = try service(ward, "openid")
    await #expect(throws: ActingError.missingRight([])) {
      try await ward.chat.sessions.lookUp("amara", for: none, .whoAmI)
    }
  }

  @Test("nobody acts for administrators, services, strangers and those who are gone")
  func protected() async throws {
    let ward = try Ward()
    try await ward.enter("boss", .admin)
    try await ward.enter("robot", .service)
    try await ward.enter("gone", .patient)
    let admin = try await ward.enter("admin", .admin)
    let gone = try #require(UserID("gone"))
    _ = try await ward.chat.users.put(
      gone,
      displayName: "Gone",
      role: .patient,
      isActive: false,
      admin
    )
    let portal = try service(ward, "act:*")
    for (user, error) in [
      ("boss", ActingError.protectedUser), ("robot", .protectedUser), ("gone", .unknownUser),
      ("nobody", .unknownUser), ("", .malformedUser), ("a b", .malformedUser),
    ] {
      await #expect(throws: error, "\(user)") {
        try await ward.chat.sessions.lookUp(user, for: portal, .sendMessage)
      }
    }
  }

  @Test("people do not act for others, whatever their tokens say")
  func people() async throws {
    let ward = try Ward()
    try await ward.enter("amara", .patient)
    let admin = try await ward.enter("admin", .admin)
    await #expect(throws: ActingError.notAService) {
      try await ward.chat.sessions.lookUp("amara", for: admin, .sendMessage)
    }
  }

  @Test("a session of a service ends with the user and with the service")
  func ends() async throws {
    let ward = try Ward()
    try await ward.enter("amara", .patient)
    try await ward.enter("portal", .service)
    let admin = try await ward.enter("admin", .admin)
    let portal = try service(ward, "act:*")
    let acting = try await ward.chat.sessions.lookUp("amara", for: portal, .subscribe)
    #expect(ward.chat.sessions.isCurrent(acting))
    _ = try await ward.chat.users.put(
      portal.userID,
      displayName: "Portal",
      role: .service,
      isActive: false,
      admin
    )
    #expect(!ward.chat.sessions.isCurrent(acting))
  }
}
