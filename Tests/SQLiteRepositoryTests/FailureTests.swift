import ChatModel
import ChatRepository
import GRDB
import Synchronization
import Testing

@testable import SQLiteRepository

@Suite("When storage fails")
struct FailureTests {
  private let folder = TemporaryFolder()

  @Test("a full disk refuses writes, keeps reads, and heals")
  func full() async throws {
    let repository = try await populated()
    let pages = try await repository.pool.writeWithoutTransaction { db in
      let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      try db.execute(sql: "PRAGMA max_page_count = \(pages)")
      return pages
    }
    #expect(pages > 0)
    var refused = 0
    for number in 0..<40 {
      do {
        try await send("\(number)" + String(repeating: "x", count: 4000), repository)
      } catch {
        #expect(error == .resourceExhausted)
        refused += 1
      }
    }
    #expect(refused > 0)
    let stored = try await contents(repository)
    try await repository.pool.writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA max_page_count = 1000000")
    }
    try await send("after", repository)
    #expect(try await contents(repository).count == stored.count + 1)
    #expect(stored.count == 41 - refused)
  }

  @Test("a write that breaks a constraint takes none of its group with it")
  func constraint() async throws {
    let repository = try await populated()
    try await repository.pool.write { db in
      try db.execute(
        sql: """
          CREATE TRIGGER refuse BEFORE INSERT ON idempotency_keys WHEN NEW.key = 'bad'
          BEGIN SELECT RAISE(ABORT, 'refused'); END
          """
      )
    }
    let answers = Mutex<[Result<AppendedMessage, ChatError>]>([])
    for number in 0..<50 {
      let key = number == 25 ? "bad" : "\(number)"
      repository.write(
        try intent("\(number)"),
        try context(key: key),
        on: ImmediateCompletionExecutor.shared
      ) { answer in answers.withLock { $0.append(answer) } }
    }
    await repository.close()
    let outcomes = answers.withLock { $0 }
    #expect(outcomes.count == 50)
    let failed = outcomes.indices.filter { (try? outcomes[$0].get()) == nil }
    #expect(failed == [25])
    let again = try SQLiteRepository(folder.configuration)
    let expected = ["first"] + (0..<50).filter { $0 != 25 }.map(String.init)
    #expect(try await contents(again) == expected)
  }

  @Test("after damage is met nothing more is written, and the caller is told of data loss")
  func damage() async throws {
    let before = try await populated()
    try await before.pool.write { db in
      try db.execute(
        sql: """
          UPDATE chat_conversations SET created_by = NULL;
          """
      )
    }
    // What the writer has met it does not read again.
    await before.close()
    let repository = try SQLiteRepository(folder.configuration)
    await #expect(throws: ChatError.dataLoss) { try await send("a", repository) }
    await #expect(throws: ChatError.dataLoss) {
      _ = try await repository.write(
        PutUser(id: try #require(UserID("c")), displayName: "C", role: .nurse),
        WriteContext(actor: try #require(UserID("c")), now: Timestamp(milliseconds: 0))
      )
    }
  }

  @Test("more writes than may wait are refused at once")
  func bounded() async throws {
    var configuration = folder.configuration
    configuration.pendingWritesMax = 8
    let repository = try SQLiteRepository(configuration)
    let refused = Mutex(0)
    let write = try intent("a")
    let context = try context()
    // While the writer is held, nothing leaves the queue.
    try await repository.pool.writeWithoutTransaction { _ in
      for _ in 0..<20 {
        repository.write(write, context, on: ImmediateCompletionExecutor.shared) { answer in
          if case .failure(.resourceExhausted) = answer { refused.withLock { $0 += 1 } }
        }
      }
    }
    #expect(refused.withLock { $0 } == 12)
    await repository.close()
  }

  @Test(
    "a code of SQLite means what the caller can do about it",
    arguments: [
      (ResultCode.SQLITE_FULL, ChatError.resourceExhausted), (.SQLITE_BUSY, .unavailable),
      (.SQLITE_IOERR, .unavailable), (.SQLITE_IOERR_FSYNC, .unavailable),
      (.SQLITE_CORRUPT, .dataLoss), (.SQLITE_NOTADB, .dataLoss),
      (.SQLITE_IOERR_SHMSIZE, .resourceExhausted), (.SQLITE_ERROR, .internal),
    ]
  )
  func codes(code: ResultCode, error: ChatError) {
    #expect(StorageFailure(DatabaseError(resultCode: code)).answer == error)
  }

  private func intent(_ content: String) throws -> AppendMessage {
    AppendMessage(destination: .direct(try #require(UserID("b"))), content: content)
  }

  private func context(key: String? = nil) throws -> WriteContext {
    WriteContext(
      actor: try #require(UserID("a")),
      key: key.flatMap { IdempotencyKey($0) },
      now: Timestamp(milliseconds: 0)
    )
  }

  private func send(_ content: String, _ repository: SQLiteRepository) async throws(ChatError) {
    guard let intent = try? intent(content), let context = try? context() else { throw .internal }
    _ = try await repository.write(intent, context)
  }

  /// A repository with two users and one message.
  private func populated() async throws -> SQLiteRepository {
    let repository = try SQLiteRepository(folder.configuration)
    for name in ["a", "b"] {
      _ = try await repository.write(
        PutUser(id: try #require(UserID(name)), displayName: name, role: .nurse),
        WriteContext(actor: try #require(UserID(name)), now: Timestamp(milliseconds: 0))
      )
    }
    try await send("first", repository)
    return repository
  }

  private func contents(_ repository: SQLiteRepository) async throws -> [String] {
    try await repository.pool.read { db in
      try String.fetchAll(db, sql: "SELECT content FROM chat_messages ORDER BY sequence")
    }
  }
}
