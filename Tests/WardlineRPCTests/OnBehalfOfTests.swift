import RPC
import TTRPC
import Testing
import WardlineAPI

@Suite("Calls that a service makes for users")
struct OnBehalfOfTests {
  private func acting(for user: String) -> CallOptions {
    CallOptions(metadata: ["on-behalf-of": user])
  }

  private func refusal(_ call: () async throws -> Void) async -> RPCError? {
    await #expect(throws: RPCError.self) { try await call() }
  }

  @Test("one connection carries the calls of many users, each as if it were their own")
  func manyUsers() async throws {
    try await Clinic.with { clinic in
      let lind = try await clinic.person("lind", "dietitian")
      let portal = try await clinic.service("portal", scope: "act:*")
      for number in 0..<50 { _ = try await clinic.person("p\(number)", "patient") }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<50 {
          group.addTask {
            let options = acting(for: "p\(number)")
            let me = try await portal.session.whoAmI(WhoAmIRequest(), options: options)
            #expect(me.principal?.userID == "p\(number)")
            #expect(me.principal?.role == .patient)
            let request = SendMessageRequest(to: .recipientID(lind.id), content: "hello \(number)")
            let sent = try await portal.messages.send(request, options: options)
            let found = try await lind.messages.get(GetMessageRequest(messageID: sent.messageID))
            #expect(found.message?.sender?.userID == "p\(number)")
          }
        }
        try await group.waitForAll()
      }
      let itself = try await portal.session.whoAmI(WhoAmIRequest())
      #expect(itself.principal?.userID == "portal", "a call without it is the service's own")
    }
  }

  @Test("what the user may not see the service does not see either")
  func rightsOfTheUser() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      _ = try await clinic.person("noah", "patient")
      let portal = try await clinic.service("portal", scope: "act:*")
      let sent = try await amara.send("for lind", to: lind)
      let request = GetMessageRequest(messageID: sent.messageID)
      _ = try await portal.messages.get(request, options: acting(for: "amara"))
      let error = await refusal {
        _ = try await portal.messages.get(request, options: acting(for: "noah"))
      }
      #expect(error?.code == .notFound)
    }
  }

  @Test("without the right in its scope a service is PERMISSION_DENIED, and told which it is")
  func missingScope() async throws {
    try await Clinic.with { clinic in
      _ = try await clinic.person("amara", "patient")
      let portal = try await clinic.service("portal", scope: "act:message.read")
      let error = await refusal {
        let request = SendMessageRequest(to: .recipientID("lind"), content: "x")
        _ = try await portal.messages.send(request, options: acting(for: "amara"))
      }
      #expect(
        error == RPCError(.permissionDenied, "the token's scope must hold act:message.write")
      )
    }
  }

  @Test("nobody acts for administrators, for strangers, or without being a service")
  func refused() async throws {
    try await Clinic.with { clinic in
      let admin = try await clinic.person("boss", "admin")
      let lind = try await clinic.person("lind", "dietitian")
      _ = try await clinic.person("amara", "patient")
      let portal = try await clinic.service("portal", scope: "act:*")
      for (caller, user, code) in [
        (portal, "boss", StatusCode.permissionDenied), (portal, "nobody", .notFound),
        (portal, "", .invalidArgument), (portal, "no such id", .invalidArgument),
        (portal, "portal", .permissionDenied), (admin, "amara", .permissionDenied),
        (lind, "amara", .permissionDenied), (lind, "lind", .permissionDenied),
      ] {
        let error = await refusal {
          _ = try await caller.session.whoAmI(WhoAmIRequest(), options: acting(for: user))
        }
        #expect(error?.code == code, "\(caller.id) for \(user)")
      }
      let error = await refusal {
        let request = PutUserRequest(userID: "amara", displayName: "A", role: .admin)
        _ = try await portal.users.put(request, options: acting(for: "amara"))
      }
      #expect(error?.code == .permissionDenied, "administration is not done for others")
    }
  }
}
