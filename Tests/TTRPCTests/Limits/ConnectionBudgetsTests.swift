import NIOCore
import Testing

@testable import TTRPC

@Suite("What a client may do so often")
struct ConnectionBudgetsTests {
  private static let start = NIODeadline.uptimeNanoseconds(1)

  private static func budgets(opens: Int = 0, abandoned: Int = 0) -> ConnectionBudgets {
    var configuration = ServerConfiguration()
    configuration.opensPerSecond = opens
    configuration.abandonedOpensPerSecond = abandoned
    return ConnectionBudgets(configuration)
  }

  @Test("without limits any number of calls may be opened, and given up")
  func unlimited() {
    var budgets = Self.budgets()
    for _ in 0..<100_000 {
      #expect(budgets.refusal(ofOpenAt: Self.start) == nil)
      budgets.abandoned(at: Self.start)
    }
  }

  @Test("by default a million calls a second are not held up as long as they are answered")
  func answered() {
    var budgets = ConnectionBudgets(ServerConfiguration())
    for _ in 0..<1_000_000 where budgets.refusal(ofOpenAt: Self.start) != nil {
      Issue.record("refused")
      return
    }
  }

  @Test("calls given up too fast keep new ones out until there is room, and no longer")
  func abandoned() {
    var budgets = Self.budgets(abandoned: 10)
    for _ in 0..<9 { budgets.abandoned(at: Self.start) }
    #expect(budgets.refusal(ofOpenAt: Self.start) == nil)
    budgets.abandoned(at: Self.start)
    let soon = Self.start + .milliseconds(99)
    #expect(budgets.refusal(ofOpenAt: Self.start) == .abandonedOpensPerSecond)
    #expect(budgets.refusal(ofOpenAt: soon) == .abandonedOpensPerSecond)
    let later = Self.start + .milliseconds(100)
    #expect(budgets.refusal(ofOpenAt: later) == nil)
    #expect(budgets.refusal(ofOpenAt: later) == nil, "opening alone costs nothing")
    budgets.abandoned(at: later)
    #expect(budgets.refusal(ofOpenAt: later) == .abandonedOpensPerSecond)
  }

  @Test("with a limit of all calls so many may be opened at once, and as many each second")
  func opens() {
    var budgets = Self.budgets(opens: 4)
    for _ in 0..<4 { #expect(budgets.refusal(ofOpenAt: Self.start) == nil) }
    #expect(budgets.refusal(ofOpenAt: Self.start) == .opensPerSecond)
    let later = Self.start + .milliseconds(250)
    #expect(budgets.refusal(ofOpenAt: later) == nil)
    #expect(budgets.refusal(ofOpenAt: later) == .opensPerSecond)
  }
}
