import ChatModel
import ChatRepository
import Dispatch
import GRDB
import SeededRandom
import Testing

@testable import SQLiteRepository

@Suite("A reader that stays for long")
struct LongReaderTests {
  private static let checkpointPages = 60
  private static let writeCount = Soak.count(400, soak: 100_000)

  @Test("makes the log grow only while it stays: the file is small again after")
  func logIsBounded() async throws {
    let ward = try await StoredWard()
    let repository = try ward.open(checkpointPages: Self.checkpointPages)
    let began = DispatchSemaphore(value: 0)
    let mayEnd = DispatchSemaphore(value: 0)
    repository.pool.asyncRead { snapshot in
      _ = try? snapshot.get().execute(sql: "SELECT count(*) FROM users")
      began.signal()
      // On a thread of GRDB's, which is there to be waited on.
      mayEnd.wait()
    }
    await Self.wait(for: began)
    try await Self.write(Self.writeCount, "during", ward, repository)
    let grown = DataFolder.size(of: ward.database + "-wal")
    mayEnd.signal()
    // Enough for one checkpoint that finds nobody in the way, and for the log to begin anew.
    try await Self.write(Self.checkpointPages * 2, "after", ward, repository)
    let shrunk = DataFolder.size(of: ward.database + "-wal")
    #expect(grown > Int64(Self.checkpointPages) * 4096 * 3, "the reader was not in the way")
    #expect(shrunk <= Int64(Self.checkpointPages) * 4096 * 3)
    await repository.close()
  }

  private static func wait(for semaphore: DispatchSemaphore) async {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        semaphore.wait()
        continuation.resume()
      }
    }
  }

  private static func write(
    _ count: Int,
    _ name: String,
    _ ward: StoredWard,
    _ repository: SQLiteRepository
  ) async throws {
    for number in 0..<count {
      _ = try await repository.write(
        AppendMessage(destination: .conversation(ward.conversation), content: "\(name) \(number)"),
        WriteContext(actor: StoredWard.users[0], now: Timestamp(milliseconds: 0))
      )
    }
  }
}
