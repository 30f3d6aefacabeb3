import ChatService
import NIOCore
import RPC
import TTRPC
import Testing
import WardlineAPI
import WardlineRPC

@Suite("Who may call")
struct AccessTests {
  private func call(
    _ person: Person,
    _ method: MethodDescriptor,
    _ options: CallOptions = CallOptions()
  ) async throws {
    if method.kind == .unary {
      _ = try await person.connection.call(method, .init(), options)
    } else {
      let queue = person.connection.stream(method, .init(), options)
      _ = try await queue.next()
    }
  }

  @Test("every method has a row in the policy, and every row its method")
  func rows() async throws {
    try await Clinic.with { clinic in
      let names = clinic.services.methods.map(\.descriptor.fullName)
      let asked = Operation.allCases.map { "wardline.v1.\($0.rawValue)" }
      #expect(Set(names) == Set(asked))
      #expect(names.count == asked.count)
      for operation in Operation.allCases { #expect(Policy.rules[operation] != nil) }
    }
  }

  @Test("without a token every method but Authenticate is UNAUTHENTICATED, and that one too")
  func anonymous() async throws {
    try await Clinic.with { clinic in
      let nobody = try await clinic.anonymous()
      for method in clinic.services.methods.map(\.descriptor) {
        let error = await #expect(throws: RPCError.self) { try await call(nobody, method) }
        #expect(error?.code == .unauthenticated, "\(method)")
      }
    }
  }

  @Test(
    "a token that is not one, not valid or expired is UNAUTHENTICATED for every method",
    arguments: ["", "Bearer", "Bearer ", "Basic amara/patient", "Bearer forged", "amara/patient"]
  )
  func badTokens(authorization: String) async throws {
    try await Clinic.with { clinic in
      let nobody = try await clinic.anonymous()
      let options = CallOptions(metadata: ["authorization": authorization])
      for method in clinic.services.methods.map(\.descriptor) {
        let error = await #expect(throws: RPCError.self) { try await call(nobody, method, options) }
        #expect(error?.code == .unauthenticated, "\(method)")
        #expect(error?.message.contains("forged") == false)
      }
    }
  }

  @Test("Authenticate binds the connection; a token in the metadata goes before it")
  func binding() async throws {
    try await Clinic.with { clinic in
      let person = try await clinic.anonymous()
      let request = AuthenticateRequest(token: "amara/patient")
      let bound = try await person.session.authenticate(request)
      #expect(bound.principal?.userID == "amara")
      #expect(bound.principal?.role == .patient)
      #expect(bound.principal?.expiresAtMs == Clinic.start + 3_600_000)
      #expect(try await person.session.whoAmI(WhoAmIRequest()).principal?.userID == "amara")
      let other = CallOptions(metadata: ["Authorization": "bearer lind/dietitian"])
      let named = try await person.session.whoAmI(WhoAmIRequest(), options: other)
      #expect(named.principal?.userID == "lind")
      #expect(try await person.session.whoAmI(WhoAmIRequest()).principal?.userID == "amara")
      let forged = CallOptions(metadata: ["authorization": "Bearer forged"])
      let error = await #expect(throws: RPCError.self) {
        try await person.session.whoAmI(WhoAmIRequest(), options: forged)
      }
      #expect(error?.code == .unauthenticated, "a bad token does not fall back")
      let stranger = try await clinic.anonymous()
      await #expect(throws: RPCError.self) { try await stranger.session.whoAmI(WhoAmIRequest()) }
    }
  }

  @Test("a user has so many connections, by Authenticate or by token; a service has any number")
  func connectionsPerUser() async throws {
    var configuration = ServerConfiguration()
    configuration.connectionsPerUserMax = 2
    configuration.perAddressLimitsIncludeLoopback = true
    try await Clinic.with(configuration) { clinic in
      let bearing = try await clinic.person("amara", "patient")
      let bound = try await clinic.anonymous()
      let request = AuthenticateRequest(token: "amara/patient")
      for _ in 0..<2 { _ = try await bound.session.authenticate(request) }
      let third = try await clinic.anonymous()
      let refused = await #expect(throws: RPCError.self) {
        try await third.session.authenticate(request)
      }
      #expect(refused?.code == .resourceExhausted)
      let unbound = await #expect(throws: RPCError.self) {
        try await third.session.whoAmI(WhoAmIRequest())
      }
      #expect(unbound?.code == .unauthenticated)
      let fourth = await #expect(throws: RPCError.self) {
        try await clinic.person("amara", "patient")
      }
      #expect(fourth?.code == .resourceExhausted)
      for person in [bearing, bound] {
        #expect(try await person.session.whoAmI(WhoAmIRequest()).principal?.userID == "amara")
      }
      for _ in 0..<3 { _ = try await clinic.person("gateway", "service") }
    }
  }

  @Test("a session ends when its token does, for bound connections and for tokens alike")
  func expiry() async throws {
    try await Clinic.with { clinic in
      let bound = try await clinic.anonymous()
      _ = try await bound.session.authenticate(AuthenticateRequest(token: "amara/patient"))
      let bearing = try await clinic.person("lind", "dietitian")
      clinic.advance(seconds: 3600)
      for person in [bound, bearing] {
        let error = await #expect(throws: RPCError.self) {
          try await person.session.whoAmI(WhoAmIRequest())
        }
        #expect(error?.code == .unauthenticated)
      }
    }
  }

  @Test("S2.45: users are created, got and deactivated by admins; the deactivated stay out")
  func users() async throws {
    try await Clinic.with { clinic in
      let admin = try await clinic.person("root", "admin")
      let lind = try await clinic.person("lind", "dietitian")
      let bound = try await clinic.anonymous()
      _ = try await bound.session.authenticate(AuthenticateRequest(token: "lind/dietitian"))
      let put = PutUserRequest(userID: "new", displayName: "New One", role: .nurse)
      let created = try await admin.users.put(put).user
      #expect(created?.displayName == "New One")
      #expect(created?.isActive == true)
      #expect(created?.createdAtMs == Clinic.start)
      #expect(try await lind.users.get(GetUserRequest(userID: "new")).user == created)
      let denied = await #expect(throws: RPCError.self) { try await lind.users.put(put) }
      #expect(denied?.code == .permissionDenied)
      let gone = PutUserRequest(
        userID: "lind",
        displayName: "Lind",
        role: .dietitian,
        deactivated: true
      )
      #expect(try await admin.users.put(gone).user?.isActive == false)
      for person in [lind, bound] {
        let error = await #expect(throws: RPCError.self) {
          try await person.session.whoAmI(WhoAmIRequest())
        }
        #expect(error?.code == .unauthenticated)
      }
      let toGone = await #expect(throws: RPCError.self) { try await admin.send("x", to: lind) }
      #expect(toGone?.code == .notFound)
    }
  }

  @Test("users are listed in pages, by role, and never whom a patient may not write to")
  func listing() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      _ = try await clinic.person("other", "patient")
      for number in 0..<5 { _ = try await clinic.person("doc\(number)", "doctor") }
      _ = try await clinic.person("nina", "nurse")
      var found: [String] = []
      var page = ""
      repeat {
        let response = try await amara.users.list(ListUsersRequest(limit: 2, page: page))
        found += response.users.map(\.userID)
        page = response.nextPage
      } while !page.isEmpty
      #expect(found == ["doc0", "doc1", "doc2", "doc3", "doc4", "nina"])
      let nurses = try await amara.users.list(ListUsersRequest(role: .nurse))
      #expect(nurses.users.map(\.userID) == ["nina"])
      #expect(try await amara.users.list(ListUsersRequest(role: .patient)).users.isEmpty)
      for limit in [-1, 201] as [Int32] {
        let error = await #expect(throws: RPCError.self) {
          try await amara.users.list(ListUsersRequest(limit: limit))
        }
        #expect(error?.code == .invalidArgument)
      }
      let unknown = await #expect(throws: RPCError.self) {
        try await amara.users.get(GetUserRequest(userID: "nobody"))
      }
      let patient = await #expect(throws: RPCError.self) {
        try await amara.users.get(GetUserRequest(userID: "other"))
      }
      #expect(unknown == patient)
      #expect(unknown?.code == .notFound)
    }
  }
}
