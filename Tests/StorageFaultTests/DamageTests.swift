import ChatModel
import ChatRepository
import Foundation
import GRDB
import SeededRandom
import Testing

@testable import SQLiteRepository

@Suite("Damaged files")
struct DamageTests {
  enum Damage: CaseIterable {
    case databaseByte, logByte, logCut, logSwapped, databaseCut, otherProgram, newerVersion
  }

  /// What came of opening a damaged ward and reading all of it.
  enum Outcome: Hashable {
    case refused
    case dataLoss
    /// All of it, or all that was written before some moment.
    case whole
    /// Rows are missing, or are there that were never written.
    case wrongRows
    /// Every row is there, and a value in one is another.
    case wrongValues
    /// A message says what nobody wrote.
    case wrongMessages
  }

  private static let runCount = Soak.count(50, soak: 5000)

  @Test("are refused, or told of as data loss, or hold all that was written up to some moment")
  func damaged() async throws {
    let sound = try await SoundWard()
    let other = try await SoundWard()
    var outcomes: [Outcome: Int] = [:]
    for run in 0..<Self.runCount {
      var random = SeededGenerator(seed: StorageSeed.value &+ UInt64(run))
      let damage = Damage.allCases[run % Damage.allCases.count]
      let files = try Self.damage(sound, other, damage, &random)
      let outcome = try await sound.outcome(of: files)
      outcomes[outcome, default: 0] += 1
      switch damage {
      case .otherProgram, .newerVersion: #expect(outcome == .refused, StorageSeed.hint(run))
      // Values of two databases in one do not go together.
      case .logSwapped:
        #expect(![.wrongRows, .wrongValues].contains(outcome), StorageSeed.hint(run))
      default: #expect(outcome != .wrongRows, "\(damage), \(StorageSeed.hint(run))")
      }
      #expect(outcome != .wrongMessages, "\(damage), \(StorageSeed.hint(run))")
    }
    // Messages have a checksum. Other values have none: they are counted, so that nobody believes
    // otherwise.
    print("damaged \(Self.runCount) times (seed \(StorageSeed.value)): \(outcomes)")
  }

  private static func damage(
    _ sound: SoundWard,
    _ other: SoundWard,
    _ damage: Damage,
    _ random: inout SeededGenerator
  ) throws -> StoredFiles {
    var files = Bool.random(using: &random) ? sound.closed : sound.live
    switch damage {
    case .databaseByte: flip(&files.database, &random)
    case .logByte:
      files = sound.live
      if var log = files.log { flip(&log, &random); files.log = log }
    case .logCut:
      files = sound.live
      let length = Int.random(in: 0..<(files.log?.count ?? 1), using: &random)
      files.log = files.log?.prefix(length)
    case .logSwapped: files.log = other.live.log
    case .databaseCut:
      files.database = files.database.prefix(
        Int.random(in: 1..<files.database.count, using: &random)
      )
    // Closed, since a log may hold the first page once more.
    case .otherProgram:
      files = sound.closed
      files.database.replaceSubrange(68..<72, with: [1, 2, 3, 4])
    case .newerVersion:
      files = sound.closed
      files.database.replaceSubrange(60..<64, with: [0, 0, 1, 0])
    }
    return files
  }

  private static func flip(_ bytes: inout Data, _ random: inout SeededGenerator) {
    let index = Int.random(in: 0..<bytes.count, using: &random)
    bytes[index] ^= UInt8.random(in: 1...255, using: &random)
  }
}
