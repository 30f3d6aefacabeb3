import TTRPC
import Testing

/// Every limit there is: what lies just below it is served, and what goes beyond it gets what
/// docs/operations.md promises and is counted once.
@Suite("Every limit, just below and reached")
struct LimitTrials {
  static let trials: [ServerLimit: LimitTrial] = calls.merging(misuse) { $1 }
    .merging(time) { $1 }.merging(bytes) { $1 }.merging(connections) { $1 }

  @Test("just below it nothing happens, and nothing is counted", arguments: ServerLimit.allCases)
  func below(limit: ServerLimit) throws {
    let trial = try #require(Self.trials[limit], "write a trial for it")
    let stage = try trial.stage(0)
    #expect(try trial.run(stage, 0) == .nothing)
    #expect(try stage.test.count(limit) == 0)
  }

  @Test("reached, it has its consequence and is counted", arguments: ServerLimit.allCases)
  func reached(limit: ServerLimit) throws {
    let trial = try #require(Self.trials[limit], "write a trial for it")
    let stage = try trial.stage(1)
    #expect(try trial.run(stage, 1) == trial.outcome)
    #expect(try stage.test.count(limit) == 1)
  }
}
