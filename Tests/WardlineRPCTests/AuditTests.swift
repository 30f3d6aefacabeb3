import GRDB
import NIOCore
import RPC
import TTRPC
import Testing
import WardlineAPI
import WardlineRPC

@Suite("Every call has one record in the audit")
struct AuditTests {
  /// The records behind an index, oldest first.
  private func records(_ clinic: Clinic, after index: Int64 = 0) throws -> [Row] {
    let queue = try DatabaseQueue(path: clinic.database)
    return try queue.read { db in
      try Row.fetchAll(
        db,
        sql: "SELECT * FROM audit WHERE record_index > ? ORDER BY record_index",
        arguments: [index]
      )
    }
  }

  private func words(_ row: Row) -> String {
    ["operation", "user_id", "service_id", "role", "subject", "outcome"]
      .map { row[$0] as String }.map { $0.isEmpty ? "-" : $0 }.joined(separator: " ")
  }

  private func head(_ clinic: Clinic) throws -> Int64 {
    try records(clinic).last?["record_index"] ?? 0
  }

  private func refused(_ call: () async throws -> Void) async {
    await #expect(throws: RPCError.self) { try await call() }
  }

  @Test("writes, reads, refusals and failures, with who, what and how it ended")
  func each() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let noah = try await clinic.person("noah", "patient")
      let start = try head(clinic)
      let sent = try await amara.send("the secret", to: lind)
      let conversation = sent.messageID.prefix { $0 != "." }
      _ = try await lind.messages.get(GetMessageRequest(messageID: sent.messageID))
      await refused { _ = try await noah.messages.get(.init(messageID: sent.messageID)) }
      await refused { _ = try await noah.messages.get(.init(messageID: "what a name")) }
      await refused { _ = try await noah.users.put(.init(userID: "x", displayName: "X")) }
      await refused { _ = try await amara.send("", to: lind) }
      _ = try await amara.session.whoAmI(WhoAmIRequest())
      _ = try await lind.conversations.list(ListConversationsRequest())
      let nobody = try await clinic.anonymous()
      await refused { _ = try await nobody.session.whoAmI(WhoAmIRequest()) }
      await refused { _ = try await nobody.messages.get(.init(messageID: sent.messageID)) }
      await refused { _ = try await nobody.session.authenticate(.init(token: "forged")) }
      _ = try await nobody.session.authenticate(.init(token: "amara/patient"))
      #expect(
        try records(clinic, after: start).map(words) == [
          "Messages/Send amara - patient user:lind OK",
          "Messages/Get lind - dietitian message:\(sent.messageID) OK",
          "Messages/Get noah - patient message:\(sent.messageID) NOT_FOUND",
          "Messages/Get noah - patient message:? INVALID_ARGUMENT",
          "Users/Put noah - patient user:x PERMISSION_DENIED",
          "Messages/Send amara - patient user:lind INVALID_ARGUMENT",
          "Session/WhoAmI amara - patient - OK",
          "Conversations/List lind - dietitian - OK",
          "Session/WhoAmI - - - - UNAUTHENTICATED",
          "Messages/Get - - - message:\(sent.messageID) UNAUTHENTICATED",
          "Session/Authenticate - - - - UNAUTHENTICATED",
          "Session/Authenticate amara - patient - OK",
        ]
      )
      #expect(!conversation.isEmpty)
      let origins = try records(clinic).map { $0["origin"] as String }
      #expect(origins.allSatisfy { $0.hasPrefix("127.0.0.1:") })
    }
  }

  @Test("every method makes exactly one record, let in or not")
  func everyMethod() async throws {
    try await Clinic.with { clinic in
      let admin = try await clinic.person("boss", "admin")
      let nobody = try await clinic.anonymous()
      for method in clinic.services.methods.map(\.descriptor) {
        for person in [admin, nobody] {
          let before = try head(clinic)
          if method.kind == .unary {
            _ = try? await person.connection.call(method, ByteBuffer(), CallOptions())
          } else {
            let queue = person.connection.stream(method, ByteBuffer(), CallOptions())
            _ = try? await queue.next()
          }
          let made = try records(clinic, after: before)
          #expect(made.count == 1, "\(method) \(person.id)")
          #expect(made.first?["operation"] == String(method.fullName.dropFirst(12)))
        }
      }
    }
  }

  @Test("a message that cannot be decoded is recorded")
  func malformed() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let start = try head(clinic)
      for method in [MessagesMethods.send, MessagesMethods.get, EventsMethods.subscribe] {
        let garbage = ByteBuffer(bytes: [0x0a, 0x05, 0x61])
        let queue = amara.connection.stream(method, garbage, CallOptions())
        await refused { _ = try await queue.next() }
      }
      // Nobody waits for these records; those that come behind them do.
      _ = try await amara.session.whoAmI(WhoAmIRequest())
      #expect(
        try records(clinic, after: start).map { $0["outcome"] as String }
          == ["INVALID_ARGUMENT", "INVALID_ARGUMENT", "INVALID_ARGUMENT", "OK"]
      )
    }
  }

  @Test("a subscription has one record, made before its first answer, with how it opened")
  func streams() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let start = try head(clinic)
      let feed = try await Feed(lind, SubscribeRequest())
      _ = try await feed.next()
      #expect(
        try records(clinic, after: start).map(words)
          == ["Events/Subscribe lind - dietitian - OK"]
      )
      for number in 0..<20 { try await amara.send("\(number)", to: lind) }
      #expect(try await feed.nextMessages(20).count == 20)
      let subscribed = try records(clinic).filter { $0["operation"] == "Events/Subscribe" }
      #expect(subscribed.count == 1)
      await refused {
        _ = try await Feed(lind, SubscribeRequest(cursor: "nonsense")).next()
      }
      #expect(
        try records(clinic).last.map(words)
          == "Events/Subscribe lind - dietitian - INVALID_ARGUMENT"
      )
    }
  }

  @Test("a call for a user has both in its record, and so has one that is refused")
  func acting() async throws {
    try await Clinic.with { clinic in
      _ = try await clinic.person("amara", "patient")
      _ = try await clinic.person("boss", "admin")
      let portal = try await clinic.service("portal", scope: "act:message.read")
      let start = try head(clinic)
      let amara = CallOptions(metadata: ["on-behalf-of": "amara"])
      _ = try await portal.messages.unreadCount(UnreadCountRequest(), options: amara)
      await refused {
        _ = try await portal.messages.send(
          SendMessageRequest(to: .recipientID("lind"), content: "x"),
          options: amara
        )
      }
      await refused {
        let boss = CallOptions(metadata: ["on-behalf-of": "boss"])
        _ = try await portal.messages.unreadCount(UnreadCountRequest(), options: boss)
      }
      #expect(
        try records(clinic, after: start).map(words) == [
          "Messages/UnreadCount amara portal patient - OK",
          "Messages/Send portal - service user:amara user:lind PERMISSION_DENIED",
          "Messages/UnreadCount portal - service user:boss PERMISSION_DENIED",
        ]
      )
    }
  }

  @Test("when the record cannot be written the call fails, whether it reads or writes")
  func failClosed() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let sent = try await amara.send("one", to: lind)
      try await refuseRecords(clinic)
      for call in [
        { _ = try await lind.messages.get(GetMessageRequest(messageID: sent.messageID)) },
        { _ = try await lind.session.whoAmI(WhoAmIRequest()) },
        { _ = try await lind.users.get(GetUserRequest(userID: "nobody")) },
        { _ = try await Feed(lind, SubscribeRequest()).next() },
      ] as [() async throws -> Void] {
        let error = await #expect(throws: RPCError.self) { try await call() }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("recorded") == true)
      }
      await refused { try await amara.send("two", to: lind) }
      try await refuseRecords(clinic, false)
      let request = UnreadCountRequest()
      #expect(try await lind.messages.unreadCount(request).unreadCount == 1)
    }
  }

  private func refuseRecords(_ clinic: Clinic, _ isRefused: Bool = true) async throws {
    let queue = try DatabaseQueue(path: clinic.database)
    try await queue.write { db in
      try db.execute(
        sql: isRefused
          ? """
          CREATE TRIGGER refuse BEFORE INSERT ON audit BEGIN SELECT raise(ABORT, 'no'); END
          """ : "DROP TRIGGER refuse"
      )
    }
  }

  // MARK: Reading it

  @Test("administrators read all of it, by page and filter; nobody else does")
  func list() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let admin = try await clinic.person("boss", "admin")
      let sent = try await amara.send("x", to: lind)
      _ = try await lind.messages.get(GetMessageRequest(messageID: sent.messageID))
      let all = try await admin.audit.list(ListAuditRequest())
      #expect(all.records.first?.operation == "Messages/Get")
      #expect(all.records.first?.hash.count == 64)
      #expect(all.records.map(\.index) == (1...Int64(all.records.count)).reversed())
      let conversation = String(sent.messageID.prefix { $0 != "." })
      let about = try await admin.audit.list(ListAuditRequest(conversationID: conversation))
      #expect(about.records.map(\.operation) == ["Messages/Get"])
      let denied = try await admin.audit.list(
        ListAuditRequest(userID: "amara", operation: "Messages/Send", outcome: "OK")
      )
      #expect(denied.records.map(\.subject) == ["user:lind"])
      for person in [amara, lind] {
        let error = await #expect(throws: RPCError.self) {
          try await person.audit.list(ListAuditRequest())
        }
        #expect(error?.code == .permissionDenied)
      }
    }
  }

  @Test("everybody sees who else asked for what concerns them, without where from")
  func accessOfMe() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let noah = try await clinic.person("noah", "patient")
      let sent = try await amara.send("x", to: lind)
      _ = try await lind.messages.get(GetMessageRequest(messageID: sent.messageID))
      await refused { _ = try await noah.messages.get(.init(messageID: sent.messageID)) }
      _ = try await lind.users.get(GetUserRequest(userID: "noah"))
      let seen = try await amara.audit.listAccessOfMe(ListAccessOfMeRequest())
      #expect(
        seen.records.map { "\($0.operation) \($0.userID) \($0.outcome)" }
          == ["Messages/Get noah NOT_FOUND", "Messages/Get lind OK"]
      )
      #expect(seen.records.allSatisfy { $0.origin.isEmpty && $0.hash.isEmpty })
      let other = try await noah.audit.listAccessOfMe(ListAccessOfMeRequest())
      #expect(other.records.map(\.operation) == ["Users/Get"])
    }
  }
}
