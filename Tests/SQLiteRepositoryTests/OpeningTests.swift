import ChatModel
import ChatRepository
import Foundation
import GRDB
import Testing

@testable import SQLiteRepository

@Suite("Opening a repository")
struct OpeningTests {
  private let folder = TemporaryFolder()

  @Test("every setting that keeps data safe is on, on the writer and on the readers")
  func settings() throws {
    let repository = try SQLiteRepository(folder.configuration)
    // 2 is FULL: a commit waits for the disk.
    let expected = [
      "journal_mode": "wal", "foreign_keys": "1", "trusted_schema": "0", "mmap_size": "0",
      "cell_size_check": "1", "busy_timeout": "5000", "synchronous": "2",
      "wal_autocheckpoint": "10000",
    ]
    let writer = try repository.pool.writeWithoutTransaction {
      try Self.pragmas(expected.keys + ["application_id", "user_version"], $0)
    }
    #expect(writer["application_id"] == "\(DatabaseIdentity.applicationID)")
    #expect(writer["user_version"] == "\(Migrations.version)")
    for (name, value) in expected { #expect(writer[name] == value, "\(name)") }
    let shared = ["foreign_keys", "trusted_schema", "mmap_size", "cell_size_check"]
    let reader = try repository.pool.read {
      try Self.pragmas(shared + ["wal_autocheckpoint"], $0)
    }
    for name in shared { #expect(reader[name] == expected[name], "\(name)") }
    #expect(reader["wal_autocheckpoint"] == "0")
  }

  @Test("a reader's connection cannot write")
  func readOnly() throws {
    let repository = try SQLiteRepository(folder.configuration)
    #expect(throws: DatabaseError.self) {
      try repository.pool.read { try $0.execute(sql: "DELETE FROM log") }
    }
  }

  @Test("the folder and its files are their owner's alone")
  func permissions() throws {
    let repository = try SQLiteRepository(folder.configuration)
    try repository.pool.read { _ = try Int.fetchOne($0, sql: "SELECT 1") }
    let manager = FileManager.default
    let mode = { (path: String) in
      try manager.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
    #expect(try mode(folder.path) == 0o700)
    for name in try manager.contentsOfDirectory(atPath: folder.path) {
      #expect(try mode(folder.path + "/" + name) == 0o600, "\(name)")
    }
  }

  @Test("a second server on the same folder is refused until the first one closes")
  func lock() async throws {
    let first = try SQLiteRepository(folder.configuration)
    #expect(throws: RepositoryOpenError.alreadyInUse(folder: folder.path)) {
      _ = try SQLiteRepository(folder.configuration)
    }
    await first.close()
    await first.close()
    let second = try SQLiteRepository(folder.configuration)
    await second.close()
  }

  @Test("opening again runs no migration twice and keeps the log's name")
  func migrations() async throws {
    let first = try SQLiteRepository(folder.configuration)
    let head = try await first.logHead()
    let schema = try await Self.schema(first)
    try Migrations.migrator(log: 1).migrate(first.pool)
    await first.close()
    let second = try SQLiteRepository(folder.configuration)
    #expect(try await second.logHead() == head)
    #expect(try await Self.schema(second) == schema)
  }

  @Test("a database of the first version keeps its messages, events, receipts and keys")
  func upgrade() async throws {
    let folder = folder
    try FileManager.default.createDirectory(
      atPath: folder.path,
      withIntermediateDirectories: true
    )
    let old = try DatabaseQueue(path: folder.database)
    try Migrations.migrator(log: 7).migrate(old, upTo: "001 conversations")
    try await old.write { try $0.execute(sql: Self.firstVersionRows) }
    try old.close()
    let repository = try SQLiteRepository(folder.configuration)
    let amara = try #require(UserID("amara"))
    let id = try #require(ConversationID(rawValue: 42))
    let events = try await repository.events(EventQuery(after: .zero, user: amara)).events
    #expect(events.count == 3)
    let key = try #require(IdempotencyKey("k"))
    let context = WriteContext(actor: amara, key: key, now: Timestamp(milliseconds: 9))
    let again = try await repository.write(
      AppendMessage(destination: .conversation(id), content: "hello"),
      context
    )
    #expect(again.isDuplicate)
    #expect(again.id.sequence.rawValue == 1)
    await #expect(throws: ChatError.alreadyExists(.message(again.id))) {
      _ = try await repository.write(
        AppendMessage(destination: .conversation(id), content: "other"),
        context
      )
    }
    #expect(try await repository.message(again.id, visibleTo: amara)?.status == .read)
    await repository.close()
    let report = try DatabaseVerifier(folder: folder.path).verify()
    #expect(report.isSound && report.messageCount == 1)
  }

  private static let firstVersionRows = """
    INSERT INTO users VALUES ('amara', 'Amara', 'patient', 1, 0, 0),
      ('lind', 'Lind', 'dietitian', 1, 0, 0);
    INSERT INTO chat_conversations VALUES (42, 'direct', NULL, 1, 'amara', 'lind', NULL, 0, 0, 1, 5);
    INSERT INTO chat_participants VALUES
      (1, 42, 'amara', 'patient', 0, NULL, 1, 0, 0, NULL, 0, NULL, 0, NULL, 1),
      (2, 42, 'lind', 'dietitian', 0, NULL, 1, 0, 0, NULL, 1, 6, 1, 6, 0);
    UPDATE chat_conversations SET created_by = 1;
    INSERT INTO chat_messages VALUES (42, 1, 1, 'text', 'hello', NULL, 5, 5);
    INSERT INTO receipts VALUES (2, 'read', 1, 6);
    INSERT INTO idempotency_keys VALUES ('amara', 'k', 42, 1);
    INSERT INTO events VALUES (1, 'conversation_created', 42, 0, NULL, NULL, NULL),
      (2, 'message_created', 42, 5, 1, NULL, NULL), (3, 'receipt_moved', 42, 6, 1, 2, 'read');
    """

  @Test("the database of another program is refused and stays as it was")
  func foreign() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path,
      withIntermediateDirectories: true
    )
    try DatabaseQueue(path: folder.database).write {
      try $0.execute(sql: "CREATE TABLE theirs (a)")
    }
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.database))
    #expect(throws: RepositoryOpenError.foreignDatabase(path: folder.database)) {
      _ = try SQLiteRepository(folder.configuration)
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.database)) == before)
  }

  @Test("a database that was left before its first table is as good as none")
  func unfinished() async throws {
    try FileManager.default.createDirectory(
      atPath: folder.path,
      withIntermediateDirectories: true
    )
    // What GRDB makes before it runs the first migration.
    let queue = try DatabaseQueue(path: folder.database)
    try await queue.write { db in
      try db.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
    }
    try queue.close()
    let repository = try SQLiteRepository(folder.configuration)
    #expect(try await repository.logHead().position == .zero)
    await repository.close()
  }

  @Test("a database that was left in its first transaction, before it had a log, is taken back")
  func hotJournal() async throws {
    try FileManager.default.createDirectory(
      atPath: folder.path,
      withIntermediateDirectories: true
    )
    let first = folder.path + "/first"
    let queue = try DatabaseQueue(path: first)
    try await queue.write { try $0.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT)") }
    try await queue.writeWithoutTransaction { db in
      // More than the cache holds: pages reach the file before the transaction is over.
      try db.execute(
        sql: """
          PRAGMA cache_size = 1;
          BEGIN;
          CREATE TABLE unfinished (a);
          INSERT INTO unfinished VALUES (zeroblob(1000000));
          """
      )
      for suffix in ["", "-journal"] {
        try FileManager.default.copyItem(atPath: first + suffix, toPath: folder.database + suffix)
      }
      try db.execute(sql: "ROLLBACK")
    }
    try queue.close()
    let repository = try SQLiteRepository(folder.configuration)
    let isTakenBack = try await repository.pool.read { try !$0.tableExists("unfinished") }
    #expect(isTakenBack)
    await repository.close()
  }

  @Test("the database of a newer version is refused, and both versions are named")
  func newer() async throws {
    let repository = try SQLiteRepository(folder.configuration)
    try await repository.pool.writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA user_version = 77")
    }
    await repository.close()
    let error = #expect(throws: RepositoryOpenError.self) {
      _ = try SQLiteRepository(folder.configuration)
    }
    #expect(
      error
        == .newerSchema(path: folder.database, found: 77, supported: Migrations.version)
    )
    #expect(error?.description.contains("77") == true)
  }

  @Test("a file that is no database is refused")
  func noDatabase() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path,
      withIntermediateDirectories: true
    )
    try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: folder.database))
    #expect(throws: RepositoryOpenError.damaged(path: folder.database)) {
      _ = try SQLiteRepository(folder.configuration)
    }
  }

  @Test("a damaged database is refused or read, but never crashes", arguments: 0..<40)
  func damaged(seed: Int) async throws {
    let amara = try await fill()
    var bytes = try Data(contentsOf: URL(fileURLWithPath: folder.database))
    // Steps through the file, so that headers, tables and indexes are all hit.
    let start = seed * bytes.count / 40
    for offset in 0..<64 {
      bytes[start + offset] ^= UInt8(truncatingIfNeeded: offset * 7 + seed | 1)
    }
    try bytes.write(to: URL(fileURLWithPath: folder.database))
    guard let repository = try? SQLiteRepository(folder.configuration) else { return }
    _ = try? await repository.conversations(of: amara, before: nil, limit: 50)
    _ = try? await repository.events(EventQuery(after: .zero, user: amara))
    _ = try? await repository.write(
      AppendMessage(destination: .direct(amara), content: "a"),
      WriteContext(actor: amara, now: Timestamp(milliseconds: 0))
    )
    await repository.close()
  }

  private func fill() async throws -> UserID {
    let repository = try SQLiteRepository(folder.configuration)
    let now = Timestamp(milliseconds: 1)
    let ids = try (0..<20).map { try #require(UserID("user-\($0)")) }
    for id in ids {
      _ = try await repository.write(
        PutUser(id: id, displayName: "Somebody", role: .nurse),
        WriteContext(actor: id, now: now)
      )
    }
    for id in ids.dropFirst() {
      _ = try await repository.write(
        AppendMessage(destination: .direct(ids[0]), content: "text of \(id)"),
        WriteContext(actor: id, key: IdempotencyKey("k"), now: now)
      )
    }
    await repository.close()
    return ids[0]
  }

  private static func pragmas(_ names: [String], _ db: Database) throws -> [String: String] {
    var values: [String: String] = [:]
    for name in names { values[name] = try String.fetchOne(db, sql: "PRAGMA \(name)") }
    return values
  }

  private static func schema(_ repository: SQLiteRepository) async throws -> [String] {
    try await repository.pool.read { db in
      try String.fetchAll(
        db,
        sql: "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"
      )
    }
  }
}
