import Foundation
import RPC
import SQLiteRepository
import Testing
import WardlineAPI

@Suite("Administration")
struct AdministrationTests {
  @Test("statistics count everything, and nobody but admins and services gets them")
  func statistics() async throws {
    try await Clinic.with { clinic in
      let admin = try await clinic.person("root", "admin")
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      for number in 0..<3 { try await amara.send("\(number)", to: lind) }
      let put = PutUserRequest(
        userID: "gone",
        displayName: "Gone",
        role: .dietitian,
        deactivated: true
      )
      _ = try await admin.users.put(put)
      let feed = try await Feed(lind, SubscribeRequest(fromStart: true))
      _ = try await feed.nextMessages(3)
      let found = try await admin.administration.statistics(StatisticsRequest())
      #expect(found.messages == 3)
      #expect(found.events == 4)
      #expect(found.subscriptions == 1)
      #expect(found.databaseBytes > 0)
      let dietitians = found.users.first { $0.role == .dietitian }
      #expect(dietitians?.total == 2)
      #expect(dietitians?.active == 1)
      #expect(found.conversations.map(\.type) == [.direct])
      #expect(found.conversations.map(\.total) == [1])
      for person in [amara, lind] {
        let error = await #expect(throws: RPCError.self) {
          try await person.administration.statistics(StatisticsRequest())
        }
        #expect(error?.code == .permissionDenied)
      }
    }
  }

  @Test("S2.45: admins see all users, the deactivated too, and all conversations without contents")
  func lists() async throws {
    try await Clinic.with { clinic in
      let admin = try await clinic.person("root", "admin")
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let other = try await clinic.person("other", "doctor")
      let sent = try await amara.send("a secret", to: lind)
      try await amara.send("another", to: other)
      _ = try await admin.users.put(
        PutUserRequest(userID: "other", displayName: "Other", role: .doctor, deactivated: true)
      )
      var users: [String] = []
      var page = ""
      repeat {
        let found = try await admin.administration.listUsers(
          ListEverybodyRequest(limit: 2, page: page)
        )
        users += found.users.map(\.userID)
        page = found.nextPage
      } while !page.isEmpty
      #expect(users == ["amara", "lind", "other", "root"])
      let doctors = try await admin.administration.listUsers(ListEverybodyRequest(role: .doctor))
      #expect(doctors.users.map(\.isActive) == [false])
      let all = try await admin.administration.listConversations(ListAllConversationsRequest())
      #expect(all.conversations.count == 2)
      let own = try await admin.administration.listConversations(
        ListAllConversationsRequest(participantID: "lind")
      )
      #expect(own.conversations.map(\.conversation?.conversationID) == [sent.conversationID])
      #expect(own.conversations.first?.participantIDs == ["amara", "lind"])
      #expect(own.conversations.first?.conversation?.lastMessage == nil)
      #expect(own.conversations.first?.conversation?.preview == "")
      let first = try await admin.administration.listConversations(
        ListAllConversationsRequest(limit: 1)
      )
      let second = try await admin.administration.listConversations(
        ListAllConversationsRequest(limit: 1, page: first.nextPage)
      )
      #expect(first.conversations + second.conversations == all.conversations)
      #expect(second.nextPage.isEmpty)
      let groups = ListAllConversationsRequest(type: .group)
      #expect(try await admin.administration.listConversations(groups).conversations.isEmpty)
    }
  }

  @Test("a backup is made while the server runs, and holds the log up to the position it names")
  func backup() async throws {
    try await Clinic.with { clinic in
      let admin = try await clinic.person("root", "admin")
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      try await amara.send("kept", to: lind)
      let made = try await admin.administration.backup(BackupRequest())
      try await amara.send("later", to: lind)
      #expect(made.position == 2)
      #expect(made.madeAtMs == Clinic.start)
      let folder = clinic.folder + "/backups/" + made.name
      _ = try Backup(folder: folder).verify()
      let manifest = try String(contentsOfFile: folder + "/manifest.json", encoding: .utf8)
      #expect(manifest.contains(#""position" : 2"#))
      let denied = await #expect(throws: RPCError.self) {
        try await lind.administration.backup(BackupRequest())
      }
      #expect(denied?.code == .permissionDenied)
    }
  }

  @Test("a backup is made once under a key, and told of again as it was")
  func repeatedBackup() async throws {
    try await Clinic.with { clinic in
      let admin = try await clinic.person("root", "admin")
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let request = BackupRequest(idempotencyKey: "nightly")
      let made = try await admin.administration.backup(request)
      try await amara.send("later", to: lind)
      #expect(try await admin.administration.backup(request) == made)
      let other = try await admin.administration.backup(BackupRequest(idempotencyKey: "weekly"))
      #expect(other.name != made.name && other.position > made.position)
      let folders = try FileManager.default.contentsOfDirectory(atPath: clinic.folder + "/backups")
      #expect(Set(folders) == [made.name, other.name])
      let elsewhere = await #expect(throws: RPCError.self) {
        try await admin.users.put(
          PutUserRequest(userID: "new", displayName: "New", role: .nurse, idempotencyKey: "nightly")
        )
      }
      #expect(elsewhere?.code == .alreadyExists)
      #expect(elsewhere?.message.contains(made.name) == true)
    }
  }
}
