import ChatModel
import ChatRepository
import Foundation
import GRDB
import SeededRandom
import Testing

@testable import SQLiteRepository

@Suite("A disk that is full")
struct FullDiskTests {
  private static let variable = "WARDLINE_SMALL_DISK"
  private static let smallDisk = ProcessInfo.processInfo.environment[variable]

  @Test("refuses what needs room, answers reads, and takes writes again once there is room")
  func simulated() async throws {
    let ward = try await StoredWard()
    let disk = try FaultDisk(folder: ward.folder)
    let repository = try ward.open(checkpointPages: 20)
    let ledger = try WriteLedger()
    _ = try await Self.fill(ward, repository, ledger, from: 0, count: 20)
    for round in 1...3 {
      disk.plan(.growth, 1...Int64.max, .full)
      let refused = try await Self.fill(ward, repository, ledger, from: round * 1000, count: 60)
      #expect(refused > 0)
      try await Self.expectReadable(ward, repository, ledger)
      let waiting = repository.reservedAuditRecords
      try await Self.read(20, ward, repository)
      #expect(repository.reservedAuditRecords > waiting)
      disk.heal()
      #expect(
        try await Self.fill(ward, repository, ledger, from: round * 1000 + 500, count: 5) == 0
      )
    }
    try await Self.finish(ward, repository, ledger)
  }

  private static let mounting = [
    "unshare", "--map-root-user", "--mount", "sh", "-c",
    "mount -t tmpfs -o size=8m tmpfs \"$0\" && exec \"$@\"",
  ]

  @Test(
    "does the same when it is a real one of 8 MiB",
    .enabled("needs to mount one") {
      guard smallDisk == nil else { return false }
      let folder = try StoredWard.makeFolder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      return try await ThisProgram.canRun(mounting + [folder, "true"])
    }
  )
  func real() async throws {
    let folder = try StoredWard.makeFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for _ in 0..<Soak.count(1, soak: 20) {
      let status = try await ThisProgram.run(
        "FullDiskTests/small",
        [Self.variable: folder],
        through: Self.mounting + [folder]
      )
      #expect(status == 0)
    }
  }

  @Test("in the process that has the small disk", .enabled(if: smallDisk != nil))
  func small() async throws {
    let mount = try #require(Self.smallDisk)
    let made = try await StoredWard()
    // The ward's folder is removed with it: the mount itself has to stay.
    let ward = StoredWard(mount + "/data", made.conversation)
    try FileManager.default.copyItem(atPath: made.folder, toPath: ward.folder)
    let ballast = mount + "/ballast"
    let repository = try ward.open(checkpointPages: 100)
    let ledger = try WriteLedger()
    for round in 1...3 {
      try Data(count: 3 << 20).write(to: URL(filePath: ballast))
      let refused = try await Self.fill(ward, repository, ledger, from: round * 1000, count: 400)
      if round == 1 { #expect(refused > 0) }
      try await Self.expectReadable(ward, repository, ledger)
      try await Self.read(2_000, ward, repository)
      try FileManager.default.removeItem(atPath: ballast)
      #expect(
        try await Self.fill(ward, repository, ledger, from: round * 1000 + 500, count: 5) == 0
      )
      if refused > 0 { break }
    }
    try await Self.finish(ward, repository, ledger)
  }

  /// Sends large messages, and returns how many were refused, each for want of room.
  private static func fill(
    _ ward: StoredWard,
    _ repository: SQLiteRepository,
    _ ledger: WriteLedger,
    from first: Int,
    count: Int
  ) async throws -> Int {
    var refused = 0
    for number in first..<(first + count) {
      let send = AppendMessage(
        destination: .conversation(ward.conversation),
        content: "\(number)" + String(repeating: "x", count: 15_000)
      )
      let write = KeyedWrite(wish: .send(send), actor: StoredWard.users[0], key: "\(number)")
      do {
        _ = try await ledger.perform(write, on: repository)
      } catch let error as ChatError {
        #expect(error == .resourceExhausted)
        refused += 1
      }
    }
    return refused
  }

  private static func expectReadable(
    _ ward: StoredWard,
    _ repository: SQLiteRepository,
    _ ledger: WriteLedger
  ) async throws {
    let range = MessageRange(limit: 10_000, byteLimit: .max)
    let found = try await repository.messages(of: ward.conversation, in: range, visibleTo: nil)
    #expect(found.items.map(\.content) == ledger.answered.compactMap(\.write.content))
  }

  /// Reads that are recorded, each before it is answered.
  private static func read(
    _ count: Int,
    _ ward: StoredWard,
    _ repository: SQLiteRepository
  ) async throws {
    for number in 0..<count {
      let call = AuditedCall(
        operation: "Messages/Get",
        user: StoredWard.users[1],
        role: .nurse,
        subject: "conversation:\(ward.conversation) message:\(number)",
        origin: "127.0.0.1:4711"
      )
      try await repository.record(AuditEntry(call), at: Timestamp(milliseconds: Int64(number)))
    }
  }

  private static func finish(
    _ ward: StoredWard,
    _ repository: SQLiteRepository,
    _ ledger: WriteLedger
  ) async throws {
    try await expectReadable(ward, repository, ledger)
    #expect(repository.reservedAuditRecords == 0)
    await repository.close()
    let reopened = try ward.open()
    try await expectReadable(ward, reopened, ledger)
    let subjects = try await reopened.pool.read { db in
      try String.fetchAll(db, sql: "SELECT subject FROM audit ORDER BY record_index")
    }
    let numbers = subjects.compactMap { $0.split(separator: ":").last.flatMap { Int($0) } }
    let starts = numbers.indices.filter { numbers[$0] == 0 }
    #expect(!starts.isEmpty)
    for (index, number) in numbers.enumerated() where number > 0 {
      #expect(numbers[index - 1] == number - 1, "every read has its record, in order, once")
    }
    #expect(try AuditVerifier(folder: ward.folder).verify().fault == nil)
    await reopened.close()
  }
}

extension SQLiteRepository {
  func record(_ entry: AuditEntry, at time: Timestamp) async throws {
    try await withCheckedThrowingContinuation { continuation in
      record(entry, outcome: "OK", at: time, on: ImmediateCompletionExecutor.shared) {
        continuation.resume(with: $0)
      }
    }
  }
}
