import ChatModel
import ChatRepository
import Foundation
import Testing

@testable import SQLiteRepository

@Suite("Backups")
struct BackupTests {
  private let folder = TemporaryFolder()
  private let other = TemporaryFolder()

  @Test("a backup made while others write holds the log up to a position, and nothing behind it")
  func prefix() async throws {
    let office = try await Office(folder.configuration)
    let reports = try await withThrowingTaskGroup(of: [BackupReport].self) { group in
      for person in office.people {
        group.addTask {
          for number in 0..<150 { try await office.send("\(number)", from: person) }
          return []
        }
      }
      group.addTask {
        var reports: [BackupReport] = []
        for _ in 0..<3 {
          reports.append(try await office.repository.makeBackup(at: Timestamp(milliseconds: 0)))
        }
        return reports
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(Set(reports.map(\.name)).count == 3)
    for report in reports {
      let backup = Backup(folder: folder.path + "/backups/" + report.name)
      #expect(try backup.verify() == report)
      let place = TemporaryFolder()
      _ = try backup.restore(to: place.path, log: .kept)
      let restored = try SQLiteRepository(place.configuration)
      #expect(try await restored.logHead() == report.head)
      for person in office.people {
        let whole = try await office.events(of: person).filter {
          $0.position <= report.head.position
        }
        let found = try await office.events(of: person, in: restored)
        #expect(found.map(\.position) == whole.map(\.position))
        #expect(found.map(\.audience) == whole.map(\.audience))
        #expect(found.map(\.text) == whole.map(\.text))
      }
      await restored.close()
    }
    await office.repository.close()
  }

  @Test("what is not as it was when the backup was made is found, byte by byte")
  func damage() async throws {
    let backup = try await makeBackup()
    _ = try Backup(folder: backup).verify()
    let database = backup + "/wardline.sqlite"
    let whole = try Data(contentsOf: URL(filePath: database))
    for step in 0..<40 {
      var bytes = whole
      bytes[step * (whole.count - 1) / 39] ^= 0x10
      try bytes.write(to: URL(filePath: database))
      #expect(throws: BackupError.self, "byte \(step)") { try Backup(folder: backup).verify() }
      #expect(throws: BackupError.self) {
        try Backup(folder: backup).restore(to: other.path, log: .kept)
      }
    }
    for length in [0, 100, whole.count - 1] {
      try whole.prefix(length).write(to: URL(filePath: database))
      #expect(throws: BackupError.self) { try Backup(folder: backup).verify() }
    }
    #expect(!FileManager.default.fileExists(atPath: other.path))
    #expect(!FileManager.default.fileExists(atPath: other.path + ".restoring"))
    try FileManager.default.removeItem(atPath: database)
    #expect(throws: BackupError.missing(file: "wardline.sqlite")) {
      try Backup(folder: backup).verify()
    }
    #expect(throws: BackupError.notABackup(folder: folder.path)) {
      try Backup(folder: folder.path).verify()
    }
  }

  @Test("a database that was changed along with its checksum does not hold what the manifest says")
  func changedRows() async throws {
    let backup = try await makeBackup()
    let before = try BackupManifest.read(in: backup)
    var manifest = before
    manifest.content.rows["chat_messages", default: 0] += 1
    let path = backup + "/" + BackupManifest.fileName
    try manifest.json().write(to: URL(filePath: path))
    #expect(throws: BackupError.self) { try Backup(folder: backup).verify() }
    manifest = before
    manifest.files[0].path = "../wardline.sqlite"
    try manifest.json().write(to: URL(filePath: path))
    #expect(throws: BackupError.self) { try Backup(folder: backup).verify() }
    manifest = before
    manifest.format = 9
    try manifest.json().write(to: URL(filePath: path))
    #expect(throws: BackupError.newerFormat(found: 9, supported: 1)) {
      try Backup(folder: backup).verify()
    }
  }

  @Test("what lies beside the database belongs to the backup")
  func companions() async throws {
    let blobs = folder.path + "/attachments/blobs/ab"
    let manager = FileManager.default
    try manager.createDirectory(atPath: blobs, withIntermediateDirectories: true)
    let content = Data("a file".utf8)
    try content.write(to: URL(filePath: blobs + "/abcdef"))
    let backup = try await makeBackup()
    _ = try Backup(folder: backup).restore(to: other.path, log: .kept)
    #expect(manager.contents(atPath: other.path + "/attachments/blobs/ab/abcdef") == content)
    let mode = { (path: String) in
      try manager.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
    #expect(try mode(other.path) == 0o700)
    #expect(try mode(other.path + "/wardline.sqlite") == 0o600)
    #expect(try mode(backup) == 0o700)
    #expect(try mode(backup + "/wardline.sqlite") == 0o600)
    try Data("a bile".utf8).write(to: URL(filePath: backup + "/attachments/blobs/ab/abcdef"))
    #expect(
      throws: BackupError.damaged(
        file: "attachments/blobs/ab/abcdef",
        why: "has another SHA-256 than the manifest says"
      )
    ) { try Backup(folder: backup).verify() }
  }

  @Test("a folder that is used or not empty is left as it is, unless one says otherwise")
  func refusals() async throws {
    let backup = Backup(folder: try await makeBackup())
    let office = try await Office(other.configuration)
    try await office.send("mine", from: office.people[0])
    let head = try await office.repository.logHead()
    for replacing in [false, true] {
      #expect(throws: BackupError.folderInUse(folder: other.path)) {
        try backup.restore(to: other.path, replacing: replacing, log: .kept)
      }
    }
    await office.repository.close()
    #expect(throws: BackupError.folderNotEmpty(folder: other.path)) {
      try backup.restore(to: other.path, log: .kept)
    }
    let again = try SQLiteRepository(other.configuration)
    #expect(try await again.logHead() == head)
    await again.close()
    let restored = try backup.restore(to: other.path, replacing: true, log: .kept)
    let aside = try #require(restored.putAside)
    defer { try? FileManager.default.removeItem(atPath: aside) }
    let old = try SQLiteRepository(SQLiteConfiguration(folder: aside))
    #expect(try await old.logHead() == head)
    await old.close()
    let new = try SQLiteRepository(other.configuration)
    #expect(try await new.logHead() == restored.report.head)
    await new.close()
  }

  @Test("a restored log has a new name, so that no cursor of before means something else in it")
  func logName() async throws {
    let backup = Backup(folder: try await makeBackup())
    let restored = try backup.restore(to: other.path, log: .new(77))
    let repository = try SQLiteRepository(other.configuration)
    let head = try await repository.logHead()
    #expect(head.log.rawValue == 77)
    #expect(head.log != restored.report.head.log)
    #expect(head.position == restored.report.head.position)
    await repository.close()
  }

  /// - Returns: the folder of a backup with a few messages.
  private func makeBackup() async throws -> String {
    let office = try await Office(folder.configuration)
    for number in 0..<20 { try await office.send("\(number)", from: office.people[number % 3]) }
    let report = try await office.repository.makeBackup(at: Timestamp(milliseconds: 0))
    await office.repository.close()
    #expect(report.name == "wardline-19700101T000000Z")
    return folder.path + "/backups/" + report.name
  }
}

/// A repository with a few people who write to each other.
private struct Office: Sendable {
  let repository: SQLiteRepository
  let people: [UserID]

  init(_ configuration: SQLiteConfiguration) async throws {
    repository = try SQLiteRepository(configuration)
    people = try ["a", "b", "c"].map { try #require(UserID($0)) }
    for id in people {
      _ = try await repository.write(
        PutUser(id: id, displayName: "Somebody", role: .nurse),
        WriteContext(actor: id, now: Timestamp(milliseconds: 0))
      )
    }
  }

  func send(_ text: String, from sender: UserID) async throws {
    for recipient in people where recipient != sender {
      _ = try await repository.write(
        AppendMessage(destination: .direct(recipient), content: text),
        WriteContext(actor: sender, now: Timestamp(milliseconds: 0))
      )
    }
  }

  func events(of user: UserID, in other: SQLiteRepository? = nil) async throws -> [Event] {
    var events: [Event] = []
    var query = EventQuery(after: .zero, user: user, limit: 1000)
    while true {
      let page = try await (other ?? repository).events(query)
      events += page.events
      if page.reachedHead { return events }
      query.after = page.reached
    }
  }
}

extension Event {
  fileprivate var text: String? {
    guard case .messageCreated(let message) = kind else { return nil }
    return message.content
  }
}
