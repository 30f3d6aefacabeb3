import Foundation
import GRDB
import SeededRandom
import Testing

@testable import SQLiteRepository

@Suite("A power loss")
struct PowerLossTests {
  private static let runCount = Soak.count(20, soak: 2000)
  private static let seed = StorageSeed.value

  @Test("takes nothing that was answered, whatever was on its way to the disk")
  func full() async throws {
    var answers = 0
    for run in 0..<Self.runCount {
      let (problems, count) = try await Self.lose(run, "FULL")
      answers += count
      #expect(problems == [], StorageSeed.hint(run))
    }
    #expect(answers > Self.runCount)
    print("power lost \(Self.runCount) times (seed \(Self.seed)): \(answers) writes answered")
  }

  @Test("takes what was answered if commits do not wait for the disk, so the test can fail")
  func control() async throws {
    var losses = 0
    for run in 0..<Self.runCount {
      if try await !Self.lose(run, "NORMAL").problems.isEmpty { losses += 1 }
    }
    #expect(losses > 0)
    print("without waiting for the disk \(losses) of \(Self.runCount) power losses took answers")
  }

  /// Cuts the power in the middle of much writing, and looks at what is left.
  private static func lose(
    _ run: Int,
    _ synchronous: String
  ) async throws -> (problems: [String], answers: Int) {
    var random = SeededGenerator(seed: seed &+ UInt64(run))
    let ward = try await StoredWard()
    let disk = try FaultDisk(folder: ward.folder)
    let repository = try ward.open(checkpointPages: Int.random(in: 4...60, using: &random))
    try await repository.pool.writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA synchronous = \(synchronous)")
    }
    let call = Int64.random(in: 20...600, using: &random)
    disk.plan([.writes, .truncations, .syncs], call...call, .powerLoss)
    let ledger = try WriteLedger()
    await WriteLoad(ward: ward, ledger: ledger, roundsMax: 1000).run(on: repository)
    await repository.close()
    let folder = try StoredWard.makeFolder()
    try disk.saveWhatIsLeft(to: folder, seed: random.next())
    let left = StoredWard(folder, ward.conversation)
    let reopened = try left.open()
    let inspection = WardInspection(ward: left, ledger: ledger)
    let problems = try await inspection.problems(in: reopened)
    await reopened.close()
    return (problems, ledger.answered.count)
  }
}
