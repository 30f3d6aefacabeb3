import ChatModel
import ChatRepository
import Dispatch
import GRDB
import Logging
import Synchronization
import Testing

@testable import SQLiteRepository

@Suite("An index that is slow, cannot be written, or is damaged")
struct SearchLagTests {
  private let folder = TemporaryFolder()
  private let uptime = ManualUptime()

  private func open() async throws -> SQLiteRepository {
    let uptime = uptime
    let repository = try SQLiteRepository(
      folder.configuration,
      generator: SystemRandomNumberGenerator(),
      uptime: { uptime.now },
      patience: .never,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      onCommit: { _ in },
      reached: nil
    )
    for name in ["amara", "lind"] {
      let id = try #require(UserID(name))
      _ = try await repository.write(
        PutUser(id: id, displayName: name, role: .nurse),
        WriteContext(actor: id, now: Timestamp(milliseconds: 1))
      )
    }
    return repository
  }

  private func draft(_ content: String) throws -> (AppendMessage, WriteContext) {
    let sender = try #require(UserID("amara"))
    let recipient = try #require(UserID("lind"))
    return (
      AppendMessage(destination: .direct(recipient), content: content),
      WriteContext(actor: sender, now: Timestamp(milliseconds: 1))
    )
  }

  private func send(_ content: String, _ repository: SQLiteRepository) async throws {
    let (intent, context) = try draft(content)
    _ = try await repository.write(intent, context)
  }

  private func count(_ text: String, _ repository: SQLiteRepository) async throws -> Int {
    let viewer = try #require(UserID("amara"))
    return try await repository.search(MessageSearch(text: text, limit: 100), of: viewer)
      .items.count
  }

  @Test("a send waits while the oldest message that is not found is older than 800 ms")
  func bound() async throws {
    let repository = try await open()
    await repository.search.settle()
    let hold = Hold(repository.search.pool)
    try await send("insulin one", repository)
    #expect(repository.searchCondition.lag > 0)
    uptime.advance(by: .milliseconds(801))
    #expect(repository.searchCondition.age == .milliseconds(801))
    let isAnswered = Mutex(false)
    let (intent, context) = try draft("insulin two")
    let second = Task {
      _ = try await repository.write(intent, context)
      isAnswered.withLock { $0 = true }
    }
    try await eventually("the writer waits") { repository.search.isHoldingWriter }
    #expect(!isAnswered.withLock { $0 })
    hold.release()
    try await second.value
    #expect(repository.searchCondition.age <= .milliseconds(400))
    await repository.search.settle()
    #expect(try await count("insulin", repository) == 2)
    await repository.close()
  }

  @Test("a search finds what was sent right before it, though single messages are gathered")
  func rightAfter() async throws {
    let repository = try await open()
    for number in 1...20 {
      try await send("insulin \(number)", repository)
      #expect(try await count("insulin", repository) == number)
    }
    await repository.close()
  }

  @Test("a writer that waits is let go when the server stops")
  func closing() async throws {
    let repository = try await open()
    await repository.search.settle()
    let hold = Hold(repository.search.pool)
    try await send("insulin one", repository)
    uptime.advance(by: .seconds(1))
    let (intent, context) = try draft("insulin two")
    let second = Task { _ = try await repository.write(intent, context) }
    try await eventually("the writer waits") { repository.search.isHoldingWriter }
    let closing = Task { await repository.search.close() }
    try await second.value
    hold.release()
    await closing.value
    await repository.close()
  }

  @Test("one that does not move at all is waited for only so long")
  func stuck() async throws {
    let repository = try await open()
    try await send("insulin one", repository)
    let uptime = uptime
    let other = TemporaryFolder()
    try DataFolder.prepare(other.configuration)
    let index = try SearchIndex(
      SearchFiles(configuration: other.configuration, log: 1),
      following: repository.pool,
      uptime: { uptime.now },
      patience: .milliseconds(1),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    let hold = Hold(index.pool)
    index.goOn()
    uptime.advance(by: .seconds(1))
    index.wait()
    #expect(index.condition.isFailing)
    hold.release()
    await index.settle()
    #expect(index.condition.lag == 0)
    #expect(!index.condition.isFailing)
    await index.close()
    await repository.close()
  }

  @Test("one whose disk is full holds nobody up, and goes on when there is room")
  func full() async throws {
    let repository = try await open()
    try await send("insulin one", repository)
    await repository.search.settle()
    try await repository.search.pool.writeWithoutTransaction { db in
      let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      try db.execute(sql: "PRAGMA max_page_count = \(pages)")
    }
    for number in 0..<200 {
      let words = (0..<80).map { "w\(number)x\($0)" }.joined(separator: " ")
      try await send("\(words) filler", repository)
      uptime.advance(by: .seconds(1))
    }
    await repository.search.settle()
    #expect(repository.searchCondition.isFailing)
    #expect(repository.searchCondition.age > .seconds(1))
    #expect(try await count("insulin", repository) == 1)
    try await repository.search.pool.writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA max_page_count = 1000000")
    }
    uptime.advance(by: .seconds(1))
    _ = try await count("insulin", repository)
    await repository.search.settle()
    #expect(!repository.searchCondition.isFailing)
    #expect(repository.searchCondition.lag == 0)
    #expect(try await count("filler", repository) == 100)
    await repository.close()
  }

  @Test("one that is damaged is made anew beside the running server")
  func damage() async throws {
    let repository = try await open()
    for number in 0..<50 { try await send("insulin \(number)", repository) }
    await repository.search.settle()
    let old = repository.search.pool
    // A search misses a page of the index.
    try await repository.search.pool.write { db in
      try db.execute(sql: "DELETE FROM message_text_data WHERE id > 10")
    }
    await #expect(throws: ChatError.unavailable) { try await count("insulin", repository) }
    await repository.search.settle()
    #expect(try await count("insulin", repository) == 50)
    // The writer of the index finds no table.
    try await repository.search.pool.write { try $0.execute(sql: "DROP TABLE message_text") }
    try await send("insulin again", repository)
    await repository.search.settle()
    #expect(try await count("insulin", repository) == 51)
    #expect(repository.search.pool !== old)
    await repository.close()
  }
}

/// A clock that stands still until it is moved.
private final class ManualUptime: Sendable {
  private let time = Mutex(Duration.zero)

  var now: Duration { time.withLock { $0 } }

  func advance(by duration: Duration) { time.withLock { $0 += duration } }
}
