import ChatService
import RPC
import TTRPC
import Testing
import WardlineAPI

@Suite("Sessions that end before their time")
struct RevocationTests {
  private func expectOver(_ call: () async throws -> Void) async {
    let error = await #expect(throws: RPCError.self) { try await call() }
    #expect(error?.code == .unauthenticated)
  }

  @Test("a revoked token is refused in metadata, bound to a connection and anew")
  func ownToken() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let bound = try await clinic.anonymous()
      let request = AuthenticateRequest(token: "amara/patient")
      _ = try await bound.session.authenticate(request)
      let answer = try await amara.session.revoke(RevokeRequest())
      #expect(answer.revokedAtMs == Clinic.start)
      await expectOver { _ = try await amara.session.whoAmI(WhoAmIRequest()) }
      await expectOver { _ = try await bound.session.whoAmI(WhoAmIRequest()) }
      await expectOver { _ = try await clinic.anonymous().session.authenticate(request) }
      _ = try await clinic.person("lind", "dietitian").session.whoAmI(WhoAmIRequest())
    }
  }

  @Test("an administrator revokes all tokens of a user, and nobody else does")
  func allTokens() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let admin = try await clinic.person("boss", "admin")
      let request = RevokeTokensRequest(userID: "amara")
      let error = await #expect(throws: RPCError.self) {
        try await lind.users.revokeTokens(request)
      }
      #expect(error?.code == .permissionDenied)
      let unknown = await #expect(throws: RPCError.self) {
        try await admin.users.revokeTokens(RevokeTokensRequest(userID: "nobody"))
      }
      #expect(unknown?.code == .notFound)
      _ = try await admin.users.revokeTokens(request)
      await expectOver { _ = try await amara.session.whoAmI(WhoAmIRequest()) }
      _ = try await lind.session.whoAmI(WhoAmIRequest())
    }
  }

  @Test("revocations outlast the server's memory")
  func durable() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let admin = try await clinic.person("boss", "admin")
      _ = try await amara.session.revoke(RevokeRequest())
      _ = try await admin.users.revokeTokens(RevokeTokensRequest(userID: "boss"))
      let restarted = try await clinic.chatAnew()
      for token in ["amara/patient", "boss/admin"] {
        await #expect(throws: AuthenticationError.self) {
          try await restarted.sessions.authenticate(token)
        }
      }
      _ = try await restarted.sessions.authenticate("lind/dietitian")
    }
  }

  @Test(
    "what is open ends with the session, and nothing that happens after is delivered",
    arguments: ["revoke", "revoke all", "deactivate", "expire"]
  )
  func subscriptions(way: String) async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let admin = try await clinic.person("boss", "admin")
      let feed = try await Feed(amara, SubscribeRequest())
      while try await !feed.nextHeartbeat().caughtUp {}
      try await lind.send("before", to: amara)
      #expect(try await feed.nextMessages(1) == ["before"])
      switch way {
      case "revoke": _ = try await amara.session.revoke(RevokeRequest())
      case "revoke all":
        _ = try await admin.users.revokeTokens(RevokeTokensRequest(userID: "amara"))
      case "deactivate":
        _ = try await admin.users.put(
          PutUserRequest(
            userID: "amara",
            displayName: "A",
            role: .patient,
            deactivated: true
          )
        )
      default: clinic.advance(seconds: 3601)
      }
      // Whoever still may send does; when everybody's time is over nobody can.
      _ = try? await lind.send("after", to: amara)
      var last: SubscribeResponse.Body?
      let error = await #expect(throws: RPCError.self) {
        while let response = try await feed.next() {
          last = response.body
          if case .event(let event) = response.body, case .messageCreated = event.change {
            Issue.record("delivered after the end of the session")
          }
        }
      }
      #expect(error?.code == .unauthenticated)
      guard case .ended = last else {
        Issue.record("the stream ended without saying why")
        return
      }
    }
  }
}
