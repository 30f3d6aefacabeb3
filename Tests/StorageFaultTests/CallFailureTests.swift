import ChatModel
import ChatRepository
import Foundation
import SeededRandom
import Testing

@testable import SQLiteRepository

@Suite("A disk whose n-th call fails")
struct CallFailureTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let calls: FaultDisk.Calls
    let fault: FaultDisk.Fault
    /// How many calls in a row.
    let length: Int64
    /// Whether writing goes on by itself: what a failed sync has left is not known.
    let heals: Bool
  }

  static let cases = [
    Case(
      testDescription: "an error of the device",
      calls: .any,
      fault: .ioError,
      length: 1,
      heals: false
    ),
    Case(
      testDescription: "a full disk",
      calls: [.writes, .sharedMemory],
      fault: .full,
      length: 2,
      heals: true
    ),
    Case(
      testDescription: "somebody else's lock",
      calls: .locks,
      fault: .busy,
      length: 3,
      heals: true
    ),
    Case(
      testDescription: "no memory",
      calls: .any,
      fault: .noMemory,
      length: 1,
      heals: true
    ),
  ]

  @Test(
    "loses nothing that was answered, stops no process, and serves again after",
    arguments: cases
  )
  func everyCall(_ trial: Case) async throws {
    for seed in 0..<Soak.count(1, soak: 10) {
      var call: Int64 = 1
      while try await Self.isTouched(by: trial, call, seed) { call += 1 }
      #expect(call > 10)
      print("\(trial.testDescription): each of \(call - 1) calls failed")
    }
  }

  @Test(
    "can be started on once more when the first start has failed, at whichever call",
    arguments: cases
  )
  func firstStart(_ trial: Case) async throws {
    let step = Int64(Soak.count(9, soak: 1))
    var call = 1 + Int64.random(in: 0..<step)
    var isTouched = true
    while isTouched {
      let ward = try await StoredWard()
      try FileManager.default.removeItem(atPath: ward.database)
      let disk = try FaultDisk(folder: ward.folder)
      disk.plan(trial.calls, call...(call + trial.length - 1), trial.fault)
      do {
        await (try ward.open()).close()
      } catch is RepositoryOpenError {
        // It says why.
      }
      disk.heal()
      isTouched = disk.failureCount > 0
      let again = try ward.open()
      let head = try await again.logHead()
      #expect(head.position == .zero, "call \(call)")
      await again.close()
      call += step
    }
  }

  /// Whether so many calls were made that the one in the plan failed.
  private static func isTouched(by trial: Case, _ call: Int64, _ seed: Int) async throws -> Bool {
    let ward = try await StoredWard()
    let disk = try FaultDisk(folder: ward.folder)
    disk.plan(trial.calls, call...(call + trial.length - 1), trial.fault)
    let ledger = try WriteLedger()
    // One at a time, so that the same calls come in the same order. Small checkpoints come often.
    let load = WriteLoad(ward: ward, ledger: ledger, laneCount: 1, roundsMax: 2 + seed)
    let hint: Comment = "\(trial.testDescription), call \(call), seed \(seed)"
    do {
      let repository = try ward.open(checkpointPages: 12 + seed)
      await load.run(on: repository)
      disk.heal()
      try await serves(repository, ward, trial, hint)
      await repository.close()
    } catch is RepositoryOpenError {
      // It did not start, and said why.
    }
    disk.heal()
    let reopened = try ward.open()
    let inspection = WardInspection(ward: ward, ledger: ledger)
    #expect(try await inspection.problems(in: reopened) == [], hint)
    await reopened.close()
    return disk.failureCount > 0
  }

  /// After the fault reads are answered. Writes too, unless the server has said that it must be
  /// started again.
  private static func serves(
    _ repository: SQLiteRepository,
    _ ward: StoredWard,
    _ trial: Case,
    _ hint: Comment
  ) async throws {
    let found = try await repository.conversation(ward.conversation, for: StoredWard.users[0])
    #expect(found != nil, hint)
    let mute = MuteConversation(conversation: ward.conversation, until: Timestamp(milliseconds: 1))
    do {
      _ = try await repository.write(
        mute,
        WriteContext(actor: StoredWard.users[0], now: Timestamp(milliseconds: 0))
      )
    } catch {
      #expect(error == .unavailable && !trial.heals, hint)
    }
  }
}
