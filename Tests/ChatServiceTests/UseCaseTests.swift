import ChatModel
import ChatRepository
import Synchronization
import Testing

@testable import ChatService

/// Tokens that name a principal; nothing else is one.
private final class TokenTable: TokenVerifying {
  private let table = Mutex<[String: Principal]>([:])

  subscript(token: String) -> Principal? {
    get { table.withLock { $0[token] } }
    set { table.withLock { $0[token] = newValue } }
  }

  func verify(_ token: String) throws(AuthenticationError) -> Principal {
    guard let principal = self[token] else { throw AuthenticationError("not valid") }
    return principal
  }
}

@Suite("Use cases")
struct UseCaseTests {
  /// What a use case fails with.
  private func error(_ body: () async throws -> Void) async -> ChatError? {
    do {
      try await body()
      return nil
    } catch {
      return error as? ChatError
    }
  }

  @Test("sending to somebody unknown, out of reach or deactivated is one and the same NOT_FOUND")
  func unreachable() async throws {
    let ward = try Ward()
    let amara = try await ward.enter("amara", .patient)
    let other = try await ward.enter("other", .patient)
    let gone = try await ward.enter("gone", .doctor)
    _ = try await ward.repository.write(
      PutUser(id: gone.userID, displayName: "gone", role: gone.role, isActive: false),
      WriteContext(actor: gone.userID, now: ward.now)
    )
    let unknown = try #require(UserID("nobody"))
    for _ in 0..<2 {
      for id in [unknown, other.userID, gone.userID] {
        let failure = await error { try await ward.send("hi", from: amara, to: .direct(id)) }
        #expect(failure == .notFound(.user), "\(id)")
        let creation = await error {
          _ = try await ward.chat.conversations.create(amara.userID, id, amara)
        }
        #expect(creation == .notFound(.user), "\(id)")
      }
    }
  }

  @Test("a foreign conversation and one that does not exist are one and the same NOT_FOUND")
  func foreign() async throws {
    let ward = try Ward()
    let amara = try await ward.enter("amara", .patient)
    let doctor = try await ward.enter("doctor", .doctor)
    let nurse = try await ward.enter("nurse", .nurse)
    let first = try await ward.send("hi", from: amara, to: .direct(doctor.userID))
    let nowhere = try #require(ConversationID(rawValue: 12345))
    let one = try #require(MessageSequence(rawValue: 1))
    for id in [first.id.conversation, nowhere] {
      let message = MessageID(conversation: id, sequence: one)
      #expect(
        await error { try await ward.send("x", from: nurse, to: .conversation(id)) }
          == .notFound(.conversation)
      )
      #expect(
        await error { _ = try await ward.chat.conversations.get(id, nurse) }
          == .notFound(.conversation)
      )
      #expect(
        await error {
          let range = MessageRange(limit: 1, byteLimit: 1)
          _ = try await ward.chat.messages.list(id, in: range, nurse)
        } == .notFound(.conversation)
      )
      #expect(
        await error { _ = try await ward.chat.messages.unreadCount(in: id, nurse) }
          == .notFound(.conversation)
      )
      #expect(
        await error { _ = try await ward.chat.messages.get(message, nurse) } == .notFound(.message)
      )
      #expect(
        await error { _ = try await ward.chat.messages.receipts(message, at: nil, nurse) }
          == .notFound(.message)
      )
    }
  }

  @Test("files need an attachment, and only programs write for the clinic")
  func types() async throws {
    let ward = try Ward()
    let amara = try await ward.enter("amara", .patient)
    let doctor = try await ward.enter("doctor", .doctor)
    let expected: [MessageType: ChatError] = [
      .file: .invalidArgument(field: "attachment_id", message: "must name an upload of yours"),
      .image: .invalidArgument(field: "attachment_id", message: "must name an upload of yours"),
      .system: .permissionDenied,
      .call: .permissionDenied,
    ]
    for (type, refusal) in expected {
      let failure = await error {
        try await ward.send("x", from: amara, to: .direct(doctor.userID), type: type)
      }
      #expect(failure == refusal)
    }
  }

  @Test("a patient lists nobody but staff and services, and may know only them")
  func directory() async throws {
    let ward = try Ward()
    let amara = try await ward.enter("amara", .patient)
    let other = try await ward.enter("other", .patient)
    let doctor = try await ward.enter("doctor", .doctor)
    try await ward.enter("helper", .service)
    let listed = try await ward.chat.users.list(role: nil, after: nil, limit: 10, amara)
    #expect(listed.items.map(\.id.rawValue) == ["doctor", "helper"])
    #expect(!listed.hasMore)
    let first = try await ward.chat.users.list(role: nil, after: nil, limit: 1, amara)
    #expect(first.hasMore)
    #expect(
      try await ward.chat.users.list(role: .patient, after: nil, limit: 10, amara).items.isEmpty
    )
    #expect(try await ward.chat.users.get(amara.userID, amara).id == amara.userID)
    #expect(
      await error { _ = try await ward.chat.users.get(other.userID, amara) } == .notFound(.user)
    )
    #expect(try await ward.chat.users.get(other.userID, doctor).id == other.userID)
  }

  @Test("pages of users leave out the caller, whatever their size", arguments: 1...6)
  func paging(limit: Int) async throws {
    let ward = try Ward()
    for name in ["a", "b", "d", "e"] { try await ward.enter(name, name < "c" ? .patient : .nurse) }
    let caller = try await ward.enter("c", .doctor)
    var seen: [String] = []
    var after: UserID?
    var hasMore = true
    while hasMore {
      let page = try await ward.chat.users.list(role: nil, after: after, limit: limit, caller)
      #expect(page.items.count == limit || !page.hasMore)
      seen += page.items.map(\.id.rawValue)
      after = page.items.last?.id
      hasMore = page.hasMore
    }
    #expect(seen == ["a", "b", "d", "e"])
  }

  @Test("only admins and services put users")
  func putting() async throws {
    let ward = try Ward()
    let other = try await ward.enter("other", .nurse).userID
    for role in Role.allCases {
      let caller = try await ward.enter("caller", role)
      let failure = await error {
        _ = try await ward.chat.users.put(
          other,
          displayName: "New",
          role: .nurse,
          isActive: true,
          caller
        )
      }
      #expect(failure == ([.admin, .service].contains(role) ? nil : .permissionDenied), "\(role)")
    }
  }

  @Test("a token enters its user, and the role it says becomes theirs")
  func tokenRole() async throws {
    let tokens = TokenTable()
    let ward = try Ward(tokens: tokens)
    let id = try #require(UserID("lind"))
    tokens["nurse"] = ward.principal(id, .nurse)
    tokens["doctor"] = ward.principal(id, .doctor)
    #expect(ward.chat.sessions.remembered("nurse") == nil)
    #expect(try await ward.chat.sessions.authenticate("nurse").role == .nurse)
    #expect(try await ward.repository.user(id)?.role == .nurse)
    #expect(ward.chat.sessions.remembered("nurse")?.role == .nurse)
    #expect(ward.chat.sessions.remembered("doctor") == nil)
    #expect(try await ward.chat.sessions.authenticate("doctor").role == .doctor)
    #expect(try await ward.repository.user(id)?.role == .doctor)
    await #expect(throws: AuthenticationError.self) {
      try await ward.chat.sessions.authenticate("forged")
    }
  }

  @Test("a token that the server issued to itself enters nobody and changes no role")
  func ownToken() async throws {
    let tokens = TokenTable()
    let ward = try Ward(tokens: tokens)
    let admin = try await ward.enter("admin", .admin)
    let id = try #require(UserID("lind"))
    tokens["own"] = Principal(
      userID: id,
      role: .nurse,
      displayName: "Lind",
      expiresAt: ward.principal(id, .nurse).expiresAt,
      credential: Credential(tokenID: "own", issuedAt: nil, entersUsers: false)
    )
    await #expect(throws: AuthenticationError.self) {
      try await ward.chat.sessions.authenticate("own")
    }
    #expect(try await ward.repository.user(id) == nil)
    let users = ward.chat.users
    _ = try await users.put(id, displayName: "Lind", role: .nurse, isActive: true, admin)
    #expect(try await ward.chat.sessions.authenticate("own").role == .nurse)
    _ = try await users.put(id, displayName: "Lind", role: .doctor, isActive: true, admin)
    #expect(ward.chat.sessions.remembered("own") == nil)
    await #expect(throws: AuthenticationError.self) {
      try await ward.chat.sessions.authenticate("own")
    }
    #expect(try await ward.repository.user(id)?.role == .doctor)
  }

  @Test("a deactivated user stays out, whatever the token says, until put back")
  func deactivated() async throws {
    let tokens = TokenTable()
    let ward = try Ward(tokens: tokens)
    let admin = try await ward.enter("admin", .admin)
    let id = try #require(UserID("lind"))
    tokens["t"] = ward.principal(id, .nurse)
    tokens["other role"] = ward.principal(id, .doctor)
    let principal = try await ward.chat.sessions.authenticate("t")
    let users = ward.chat.users
    _ = try await users.put(id, displayName: "Lind", role: .nurse, isActive: false, admin)
    #expect(!ward.chat.sessions.isCurrent(principal))
    #expect(ward.chat.sessions.remembered("t") == nil)
    for token in ["t", "other role"] {
      await #expect(throws: AuthenticationError.self) {
        try await ward.chat.sessions.authenticate(token)
      }
    }
    _ = try await users.put(id, displayName: "Lind", role: .nurse, isActive: true, admin)
    #expect(ward.chat.sessions.isCurrent(principal))
    #expect(try await ward.chat.sessions.authenticate("t") == principal)
  }

  @Test("a session ends with its token, to the millisecond")
  func expiry() async throws {
    let ward = try Ward()
    let amara = try await ward.enter("amara", .patient)
    #expect(ward.chat.sessions.isCurrent(amara))
    ward.advance(seconds: 3599)
    #expect(ward.chat.sessions.isCurrent(amara))
    ward.advance(seconds: 1)
    #expect(!ward.chat.sessions.isCurrent(amara))
  }
}
