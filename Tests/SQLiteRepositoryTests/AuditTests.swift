import ChatModel
import ChatRepository
import Crypto
import Foundation
import GRDB
import Logging
import Synchronization
import Testing

@testable import SQLiteRepository

@Suite("The chain of the audit")
struct AuditTests {
  private let folder = TemporaryFolder()

  /// A repository with so many records, closed again.
  private func fill(_ count: Int) async throws {
    let repository = try SQLiteRepository(folder.configuration)
    for number in 0..<count { try await record(number, repository) }
    await repository.close()
  }

  private func record(_ number: Int, _ repository: SQLiteRepository) async throws {
    let entry = AuditEntry(
      AuditedCall(
        operation: "Messages/Get",
        user: UserID("user-\(number % 7)"),
        service: number.isMultiple(of: 3) ? UserID("portal") : nil,
        role: .patient,
        subject: "message:0000000000001.\(number)",
        origin: "10.0.0.1:\(number)"
      )
    )
    let result = await withCheckedContinuation { continuation in
      repository.record(
        entry,
        outcome: "OK",
        at: Timestamp(milliseconds: 1_790_000_000_000 + Int64(number)),
        on: ImmediateCompletionExecutor.shared
      ) { continuation.resume(returning: $0) }
    }
    try result.get()
  }

  @Test("records of reads that come together share a commit")
  func groups() async throws {
    let commits = Mutex(0)
    let repository = try SQLiteRepository(
      folder.configuration,
      generator: SystemRandomNumberGenerator(),
      logger: Logger(label: "test"),
      onCommit: { _ in },
      reached: { point in if point == .afterCommit { commits.withLock { $0 += 1 } } }
    )
    let hold = Hold(repository.pool)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<300 { group.addTask { try await record(number, repository) } }
      try await eventually("all wait") { repository.writes.pendingCount == 300 }
      hold.release()
      try await group.waitForAll()
    }
    #expect(commits.withLock { $0 } == 1)
    await repository.close()
  }

  /// Changes the file as somebody would who wants to hide something.
  private func tamper(_ sql: String) throws {
    let queue = try DatabaseQueue(path: folder.database)
    try queue.write { db in
      try db.execute(
        sql: """
          DROP TRIGGER IF EXISTS audit_is_never_changed;
          DROP TRIGGER IF EXISTS audit_is_never_shortened;
          """
      )
      try db.execute(sql: sql)
    }
    try queue.close()
  }

  private func verify() throws -> AuditReport {
    try AuditVerifier(folder: folder.path, chunk: 7).verify()
  }

  @Test("an audit as it was written is good, however it is read", arguments: [0, 1, 7, 20])
  func good(count: Int) async throws {
    try await fill(count)
    let report = try verify()
    #expect(report.count == Int64(count))
    #expect(report.fault == nil)
    let whole = try AuditVerifier(path: folder.database).verify()
    #expect(whole == report)
  }

  @Test("the hash is of the bytes that docs/operations.md describes")
  func bytes() async throws {
    try await fill(3)
    var head = Data(repeating: 0, count: 32)
    let queue = try DatabaseQueue(path: folder.database)
    let rows = try queue.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM audit ORDER BY record_index")
    }
    for row in rows {
      var bytes = head
      for column in ["record_index", "occurred_at"] {
        let number: Int64 = row[column]
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
      }
      for column in [
        "operation", "user_id", "service_id", "role", "subject", "outcome", "origin",
      ] {
        let text: String = row[column]
        withUnsafeBytes(of: UInt32(text.utf8.count).bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: text.utf8)
      }
      head = Data(SHA256.hash(data: bytes))
      let stored: Data = row["hash"]
      #expect(stored == head)
    }
    #expect(try Data(verify().head) == head)
  }

  @Test(
    "a record that was changed is named, whichever of its fields it was",
    arguments: [
      "occurred_at = occurred_at + 1", "operation = 'Messages/List'", "user_id = 'user-9'",
      "service_id = ''", "role = 'doctor'", "subject = ''", "outcome = 'NOT_FOUND'",
      "origin = '10.0.0.2:9'", "hash = zeroblob(32)",
      "subject = '', origin = subject || origin",
    ]
  )
  func changed(assignment: String) async throws {
    try await fill(20)
    try tamper("UPDATE audit SET \(assignment) WHERE record_index = 10")
    #expect(try verify().fault == AuditReport.Fault(index: 10, kind: .altered))
    #expect(try verify().count == 9)
  }

  @Test("a record that was removed is missed, and so are the first ones")
  func removed() async throws {
    try await fill(20)
    try tamper("DELETE FROM audit WHERE record_index = 10")
    #expect(try verify().fault == AuditReport.Fault(index: 10, kind: .missing))
    try tamper("DELETE FROM audit WHERE record_index < 5")
    #expect(try verify().fault == AuditReport.Fault(index: 1, kind: .missing))
  }

  @Test("a record that was removed is missed even when the later ones were moved up")
  func closedGap() async throws {
    try await fill(20)
    try tamper(
      """
      DELETE FROM audit WHERE record_index = 10;
      UPDATE audit SET record_index = record_index - 1 WHERE record_index > 10;
      """
    )
    #expect(try verify().fault == AuditReport.Fault(index: 10, kind: .altered))
  }

  @Test("a record that was inserted is named, in the middle, at the end and before the start")
  func inserted() async throws {
    let columns =
      "occurred_at, operation, user_id, service_id, role, subject, outcome, origin, hash"
    for (index, expected) in [(10, 10), (21, 21), (0, 0)] as [(Int64, Int64)] {
      let folder = AuditTests()
      try await folder.fill(20)
      try folder.tamper(
        """
        PRAGMA ignore_check_constraints = ON;
        UPDATE audit SET record_index = -record_index WHERE record_index >= \(index);
        UPDATE audit SET record_index = 1 - record_index WHERE record_index < 0 AND \(index) > 0;
        UPDATE audit SET record_index = -record_index WHERE record_index < 0;
        INSERT INTO audit (record_index, \(columns))
          SELECT \(index), \(columns) FROM audit WHERE record_index = 3;
        """
      )
      #expect(try folder.verify().fault == AuditReport.Fault(index: expected, kind: .altered))
    }
  }

  @Test("two records that changed places are found at the first of them")
  func reordered() async throws {
    try await fill(20)
    try tamper(
      """
      UPDATE audit SET record_index = 1000 WHERE record_index = 10;
      UPDATE audit SET record_index = 10 WHERE record_index = 15;
      UPDATE audit SET record_index = 15 WHERE record_index = 1000;
      """
    )
    #expect(try verify().fault == AuditReport.Fault(index: 10, kind: .altered))
  }

  @Test("an end that was cut off is found by whoever has noted the head, and by nobody else")
  func truncated() async throws {
    try await fill(20)
    let head = try verify()
    let verifier = AuditVerifier(folder: folder.path)
    #expect(try verifier.verify(expecting: (20, head.head)).fault == nil)
    try tamper("DELETE FROM audit WHERE record_index > 17")
    #expect(try verify().fault == nil)
    let cut = try verifier.verify(expecting: (20, head.head))
    #expect(cut.fault == AuditReport.Fault(index: 18, kind: .missing))
    let other = try verifier.verify(expecting: (17, head.head))
    #expect(other.fault == AuditReport.Fault(index: 17, kind: .altered))
  }

  @Test("the table refuses to be changed or shortened")
  func appendOnly() async throws {
    try await fill(3)
    let queue = try DatabaseQueue(path: folder.database)
    for sql in ["UPDATE audit SET user_id = 'x'", "DELETE FROM audit WHERE record_index = 3"] {
      #expect(throws: DatabaseError.self) { try queue.write { try $0.execute(sql: sql) } }
    }
  }

  @Test("an audit is checked beside a server that writes to it, and in a backup")
  func besideServer() async throws {
    let repository = try SQLiteRepository(folder.configuration)
    for number in 0..<10 { try await record(number, repository) }
    #expect(try verify().count == 10)
    let backup = folder.path + "/copy.sqlite"
    try await repository.pool.vacuum(into: backup)
    for number in 10..<15 { try await record(number, repository) }
    #expect(try verify().count == 15)
    #expect(try AuditVerifier(path: backup).verify().count == 10)
    await repository.close()
  }

  @Test("what is no database, or has no audit, is told apart from a damaged one")
  func unreadable() throws {
    #expect(throws: AuditVerifier.Failure.self) { try verify() }
    let repository = folder.path + "/other"
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let queue = try DatabaseQueue(path: repository)
    try queue.write { try $0.execute(sql: "CREATE TABLE x (y)") }
    #expect(throws: AuditVerifier.Failure.noAudit(path: repository)) {
      try AuditVerifier(path: repository).verify()
    }
  }

  @Test("when its record cannot be written a change is not made, and can be tried again")
  func failClosed() async throws {
    let repository = try SQLiteRepository(folder.configuration)
    let (amara, context) = try await repository.makePatient()
    try await repository.pool.write { db in
      try db.execute(
        sql: """
          CREATE TRIGGER refuse BEFORE INSERT ON audit BEGIN SELECT raise(ABORT, 'no'); END
          """
      )
    }
    let entry = AuditEntry(AuditedCall(operation: "Users/Put", user: amara, origin: "here"))
    var audited = context
    audited.audit = entry
    await #expect(throws: ChatError.internal) {
      try await repository.write(
        PutUser(id: amara, displayName: "Changed", role: .patient),
        audited
      )
    }
    #expect(try await repository.user(amara)?.displayName == "Amara")
    #expect(!entry.isRecorded)
    #expect(entry.take() != nil, "somebody else may write the record")
    await repository.close()
  }
}

extension SQLiteRepository {
  fileprivate func makePatient() async throws -> (UserID, WriteContext) {
    let id = try #require(UserID("amara"))
    let context = WriteContext(actor: id, now: Timestamp(milliseconds: 1_790_000_000_000))
    _ = try await write(PutUser(id: id, displayName: "Amara", role: .patient), context)
    return (id, context)
  }
}
