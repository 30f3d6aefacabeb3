import ChatModel
import ChatRepository
import Foundation
import GRDB
import SeededRandom
import Synchronization
import Testing

@testable import SQLiteRepository

@Suite("A process that is killed at a named moment")
struct FailpointTests {
  enum Moment: String, CaseIterable, Sendable, Codable {
    case beforeBegin, afterInsert, beforeCommit, afterCommit, duringCheckpoint, duringMigration

    fileprivate var failpoint: Failpoint? { Failpoint(rawValue: rawValue) }
  }

  /// What the process that is killed has to know.
  struct Order: Sendable, Codable {
    let moment: Moment
    /// The how many-th such moment is the last one.
    let count: Int64
    let folder: String
    let conversation: ConversationID
    var ledger: String { folder + "/ledger" }
  }

  private static let variable = "WARDLINE_KILL_ORDER"
  private static let order = ProcessInfo.processInfo.environment[variable].flatMap {
    try? JSONDecoder().decode(Order.self, from: Data($0.utf8))
  }

  @Test(
    "has kept what it answered, and answers a repetition the same",
    .enabled(if: order == nil),
    arguments: Moment.allCases.filter { $0 != .duringMigration }
  )
  func writing(moment: Moment) async throws {
    var keptSilently = 0
    for run in 0..<Soak.count(3, soak: 100) {
      var random = SeededGenerator(seed: StorageSeed.value &+ UInt64(run))
      let ward = try await StoredWard()
      let order = Order(
        moment: moment,
        count: Int64.random(in: 1...60, using: &random),
        folder: ward.folder,
        conversation: ward.conversation
      )
      try await Self.start(order, "FailpointTests/write")
      let ledger = try WriteLedger(reading: order.ledger)
      let reopened = try ward.open()
      keptSilently += try await Self.keptSilently(ledger, reopened)
      let inspection = WardInspection(ward: ward, ledger: ledger)
      #expect(try await inspection.problems(in: reopened) == [], StorageSeed.hint(run))
      await reopened.close()
    }
    // Else nobody was killed between a commit and its answer.
    if moment == .afterCommit { #expect(keptSilently > 0) }
  }

  @Test(
    "opens again what it was changing the tables of",
    .enabled(if: order == nil),
    arguments: [false, true]
  )
  func migrating(isNew: Bool) async throws {
    let calls = try await Self.callsOfMigration(isNew: isNew)
    #expect(calls > 10)
    for run in 0..<Soak.count(3, soak: 100) {
      var random = SeededGenerator(seed: StorageSeed.value &+ UInt64(run))
      let ward = try await StoredWard()
      try Self.makeOld(ward, isNew: isNew)
      let order = Order(
        moment: .duringMigration,
        count: Int64.random(in: 1...calls, using: &random),
        folder: ward.folder,
        conversation: ward.conversation
      )
      try await Self.start(order, "FailpointTests/migrate")
      let reopened = try ward.open()
      let ann = StoredWard.users[0]
      let user = try await reopened.user(ann)
      #expect(user?.displayName == (isNew ? nil : "Ann"), StorageSeed.hint(run))
      let version = try await reopened.pool.read {
        try Int.fetchOne($0, sql: "PRAGMA user_version")
      }
      #expect(version == Migrations.version, StorageSeed.hint(run))
      _ = try await reopened.write(
        PutUser(id: ann, displayName: "Anna", role: .nurse),
        WriteContext(actor: ann, now: Timestamp(milliseconds: 1))
      )
      await reopened.close()
    }
  }

  // MARK: The process that is killed

  @Test("writes until it is killed", .enabled(if: order != nil))
  func write() async throws {
    let order = try #require(Self.order)
    let ward = StoredWard(order.folder, order.conversation)
    let disk = try FaultDisk(folder: ward.folder)
    let passed = Mutex<Int64>(0)
    if order.moment == .duringCheckpoint {
      disk.plan(.databaseWrites, order.count...order.count, .kill)
    }
    let repository = try ward.open(checkpointPages: 8) { failpoint in
      guard failpoint == order.moment.failpoint else { return }
      let count = passed.withLock {
        $0 += 1
        return $0
      }
      if count == order.count { raise(SIGKILL) }
    }
    let ledger = try WriteLedger(path: order.ledger)
    await WriteLoad(ward: ward, ledger: ledger, roundsMax: 10_000).run(on: repository)
  }

  @Test("changes the tables until it is killed", .enabled(if: order != nil))
  func migrate() async throws {
    let order = try #require(Self.order)
    let ward = StoredWard(order.folder, order.conversation)
    let disk = try FaultDisk(folder: ward.folder)
    disk.plan(Self.migrationCalls, order.count...order.count, .kill)
    _ = try ward.open()
  }

  // MARK: Around it

  private static let migrationCalls: FaultDisk.Calls = [.writes, .syncs, .truncations]

  private static func start(_ order: Order, _ test: String) async throws {
    let text = String(decoding: try JSONEncoder().encode(order), as: UTF8.self)
    let status = try await ThisProgram.run(test, [variable: text])
    #expect(status == 128 + SIGKILL)
  }

  /// How many of the writes without an answer are there nevertheless.
  private static func keptSilently(
    _ ledger: WriteLedger,
    _ repository: SQLiteRepository
  ) async throws -> Int {
    var count = 0
    for entry in ledger.entries where entry.answer == nil {
      // A mark may have had nothing to do.
      if case .mark = entry.write.wish { continue }
      let head = try await repository.logHead()
      _ = try await entry.write.perform(on: repository, at: ledger.later)
      if try await repository.logHead() == head { count += 1 }
    }
    return count
  }

  /// Puts the database back to the first version of its tables, with a user in it, or to nothing.
  private static func makeOld(_ ward: StoredWard, isNew: Bool) throws {
    try FileManager.default.removeItem(atPath: ward.database)
    if isNew { return }
    let queue = try DatabaseQueue(path: ward.database)
    try Migrations.migrator(log: 7).migrate(queue, upTo: "001 conversations")
    try queue.write { db in
      try db.execute(
        sql: """
          INSERT INTO users (user_id, display_name, role, is_active, created_at, updated_at)
          VALUES ('ann', 'Ann', 'nurse', 1, 0, 0)
          """
      )
    }
    try queue.close()
  }

  private static func callsOfMigration(isNew: Bool) async throws -> Int64 {
    let ward = try await StoredWard()
    try makeOld(ward, isNew: isNew)
    let disk = try FaultDisk(folder: ward.folder)
    disk.plan(migrationCalls, Int64.max...Int64.max, .kill)
    let repository = try ward.open()
    defer { withExtendedLifetime(repository) {} }
    return disk.callCount
  }
}
