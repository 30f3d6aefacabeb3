import RPC
import Testing

@Suite("Rate budgets")
struct RateBudgetTests {
  private static let second: Int64 = 1_000_000_000

  @Test("allows the burst, then what comes back each second")
  func burstAndRate() {
    var budget = RateBudget(burst: 3, perSecond: 2)
    let start: Int64 = 5
    for _ in 0..<3 { #expect(budget.spend(at: start) == true) }
    #expect(budget.spend(at: start) == false)
    #expect(budget.spend(at: start + Self.second / 2 - 1) == false)
    #expect(budget.spend(at: start + Self.second / 2) == true)
    #expect(budget.spend(at: start + Self.second / 2) == false)
    #expect(budget.spend(at: start + Self.second) == true)
  }

  @Test("never holds more than the burst, however long nothing happened")
  func cap() {
    var budget = RateBudget(burst: 2, perSecond: 1000)
    #expect(budget.spend(at: 0) == true)
    for _ in 0..<2 { #expect(budget.spend(at: .max) == true) }
    #expect(budget.spend(at: .max) == false)
  }

  @Test("a rate of 0 gives nothing back, and a clock that goes back neither")
  func edges() {
    var still = RateBudget(burst: 1, perSecond: 0)
    #expect(still.spend(at: 0) == true)
    #expect(still.spend(at: .max) == false)
    var backwards = RateBudget(burst: 1, perSecond: 1)
    #expect(backwards.spend(at: 10 * Self.second) == true)
    #expect(backwards.spend(at: 0) == false)
    #expect(backwards.spend(at: 10 * Self.second) == false)
    #expect(backwards.spend(at: 11 * Self.second) == true)
  }

  @Test("absurd numbers are cut instead of overflowing")
  func absurd() {
    var budget = RateBudget(burst: .max, perSecond: .max)
    for time in [0, 1, Int64.max] { #expect(budget.spend(at: time) == true) }
    #expect(RateBudget(burst: -1, perSecond: -1).burst == 1)
  }
}
