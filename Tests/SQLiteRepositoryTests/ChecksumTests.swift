import ChatModel
import ChatRepository
import GRDB
import Testing

@testable import SQLiteRepository

@Suite("What a message says")
struct ChecksumTests {
  private let folder = TemporaryFolder()
  private let sender = UserID("amara")
  private let now = Timestamp(milliseconds: 1_790_000_000_000)

  /// A message that was edited once, and another one.
  private func fill(
    _ repository: SQLiteRepository
  ) async throws -> (edited: MessageID, other: MessageID) {
    let sender = try #require(sender)
    let other = try #require(UserID("lind"))
    for id in [sender, other] {
      _ = try await repository.write(
        PutUser(id: id, displayName: "Somebody", role: .nurse),
        WriteContext(actor: sender, now: now)
      )
    }
    let context = WriteContext(actor: sender, now: now)
    let ids = try await [
      repository.write(AppendMessage(destination: .direct(other), content: "first"), context).id,
      repository.write(AppendMessage(destination: .direct(other), content: "second"), context).id,
    ]
    _ = try await repository.write(
      EditMessage(message: ids[0], content: "edited", windowMilliseconds: 1000, versionsMax: 10),
      context
    )
    return (ids[0], ids[1])
  }

  private func verify() throws -> DatabaseReport {
    try DatabaseVerifier(folder: folder.path).verify()
  }

  @Test("is as it was written after it was sent, edited, and deleted")
  func sound() async throws {
    let repository = try SQLiteRepository(folder.configuration)
    let ids = try await fill(repository)
    #expect(try verify() == DatabaseReport(messageCount: 2, versionCount: 1))
    _ = try await repository.write(
      DeleteMessage(message: ids.other, scope: .all, windowMilliseconds: 1000),
      WriteContext(actor: try #require(sender), now: now)
    )
    #expect(try verify() == DatabaseReport(messageCount: 2, versionCount: 1))
    #expect(try await repository.message(ids.other, visibleTo: nil)?.deletedAt == now)
    await repository.close()
  }

  @Test(
    "is told of as data loss once any of it was changed, and the message is named",
    arguments: [
      "content = 'Second'", "message_type = 'system'", "created_at = created_at + 1",
      "updated_at = 7", "is_urgent = 1", "mentions = ' lind '", "acting_service = 'portal'",
      "reply_to = 1", "version = 2", "deleted_at = 5", "attachment_url = '/a'", "checksum = 1",
      "checksum = NULL", "sender_id = 2", "forwarded_from = '0000000000001.1'",
    ]
  )
  func changed(change: String) async throws {
    let repository = try SQLiteRepository(folder.configuration)
    let id = try await fill(repository).other
    try await repository.pool.write {
      try $0.execute(sql: "UPDATE chat_messages SET \(change) WHERE sequence = 2")
    }
    await #expect(throws: ChatError.dataLoss) {
      _ = try await repository.message(id, visibleTo: nil)
    }
    let report = try verify()
    #expect(report.damaged.map(\.message) == [id.description])
    #expect(report.damaged.first?.description.contains(id.description) == true)
    await repository.close()
    #expect(throws: RepositoryOpenError.damaged(path: folder.database)) {
      _ = try SQLiteRepository(folder.configuration)
    }
  }

  @Test("is told of as data loss when an earlier version was changed")
  func changedVersion() async throws {
    let repository = try SQLiteRepository(folder.configuration)
    let id = try await fill(repository).edited
    try await repository.pool.write {
      try $0.execute(sql: "UPDATE message_versions SET content = 'worst'")
    }
    await #expect(throws: ChatError.dataLoss) {
      _ = try await repository.versions(of: id, visibleTo: nil)
    }
    let report = try verify()
    #expect(report.damaged.map(\.version) == [1])
    #expect(report.damaged.map(\.message) == [id.description])
    await repository.close()
  }

  @Test("cannot be looked at in a database of an older version, which says what to do")
  func older() async throws {
    let repository = try SQLiteRepository(folder.configuration)
    try await repository.pool.write { try $0.execute(sql: "PRAGMA user_version = 10") }
    await repository.close()
    let error = #expect(throws: RepositoryOpenError.self) { try verify() }
    #expect(error?.description.contains("start the server on it once") == true)
  }
}
