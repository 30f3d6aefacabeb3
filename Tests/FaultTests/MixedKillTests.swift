import Foundation
import SeededRandom
import ServerProcess
import Testing

@Suite("A server that is killed under everything that can be done", .serialized)
struct MixedKillTests {
  private static let environment = ProcessInfo.processInfo.environment
  /// WARDLINE_SEED repeats a run that failed.
  private static let seed =
    environment["WARDLINE_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0..<1_000_000)
  private static let killCount = Soak.count(3, soak: 10)
  private static let cycleCount = Soak.count(16, soak: 400)
  /// What is done in all.
  private static let total = MixedRun.writerCount * MixedCycle.stepCount * cycleCount

  @Test(
    "keeps every change once, and tells everybody of it once and in order, and a leaver no more"
  )
  func everything() async throws {
    var random = SeededGenerator(seed: Self.seed)
    var (clinic, server) = try await Clinic.open()
    var run = MixedRun(clinic: clinic, cycleCount: Self.cycleCount)
    let share = 2 * Self.total / (Self.killCount + 1)
    for _ in 0..<Self.killCount {
      try await run.write(to: server, killAfter: Int.random(in: 1...share, using: &random))
      server = try await clinic.restart()
    }
    try await run.write(to: server, killAfter: nil)
    try await run.repeatEverything(on: server)
    for _ in 0..<Self.killCount {
      try await run.catchUp(on: server, killAfter: Int.random(in: 1...share, using: &random))
      server = try await clinic.restart()
    }
    try await run.catchUp(on: server, killAfter: nil)
    try await run.compare(on: server)
    let problems = run.problems
    #expect(problems.prefix(5) == [], "repeat with WARDLINE_SEED=\(Self.seed)")
    #expect(problems.count == 0)
    #expect(await server.stop() == 0)
    print("\(Self.total) changes of every kind, \(2 * Self.killCount) kills (seed \(Self.seed))")
  }
}
