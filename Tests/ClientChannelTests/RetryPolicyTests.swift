import RPC
import Testing

@testable import TTRPC

@Suite("Which calls are made again")
struct RetryPolicyTests {
  private static func error(_ code: StatusCode, unprocessed: Bool) -> RPCError {
    var error = RPCError(code, "no")
    error.isUnprocessed = unprocessed
    return error
  }

  @Test(
    "only UNAVAILABLE, only where it does no harm, and only as often as allowed",
    arguments: [
      (StatusCode.unavailable, false, 1, true, true, RetryPolicy.Decision.againAfterWait),
      (.unavailable, false, 2, true, true, .againAfterWait),
      (.unavailable, false, 3, true, true, .giveUp),
      (.unavailable, false, 1, false, true, .giveUp),
      (.unavailable, false, 1, true, false, .giveUp),
      (.unavailable, true, 1, false, true, .again),
      (.unavailable, true, 1, false, false, .again),
      (.unavailable, true, 3, true, true, .giveUp),
      (.cancelled, true, 1, true, true, .giveUp),
      (.deadlineExceeded, false, 1, true, true, .giveUp),
      (.resourceExhausted, false, 1, true, true, .giveUp),
      (.aborted, false, 1, true, true, .giveUp),
      (.internal, false, 1, true, true, .giveUp),
      (.unknown, false, 1, true, true, .giveUp),
    ]
  )
  func decisions(
    code: StatusCode,
    unprocessed: Bool,
    attempts: Int,
    mayRepeat: Bool,
    hasBudget: Bool,
    expected: RetryPolicy.Decision
  ) {
    let decision = RetryPolicy().decision(
      on: Self.error(code, unprocessed: unprocessed),
      attempts: attempts,
      mayRepeat: mayRepeat,
      hasBudget: hasBudget
    )
    #expect(decision == expected)
  }

  @Test("a policy of one attempt never makes a call again")
  func never() {
    let error = Self.error(.unavailable, unprocessed: true)
    let decision = RetryPolicy.never.decision(
      on: error,
      attempts: 1,
      mayRepeat: true,
      hasBudget: true
    )
    #expect(decision == .giveUp)
  }

  @Test("the budget is closed by failures of half its tokens and opened by answers")
  func budget() {
    var budget = RetryBudget(RetryPolicy(tokensMax: 10, tokensPerSuccess: 0.5))
    for _ in 0..<4 { budget.failed() }
    #expect(budget.allowsRetry)
    budget.failed()
    #expect(!budget.allowsRetry)
    for _ in 0..<100 { budget.failed() }
    #expect(budget.tokens == 0)
    for _ in 0..<10 { budget.succeeded() }
    #expect(!budget.allowsRetry)
    budget.succeeded()
    #expect(budget.allowsRetry)
    for _ in 0..<100 { budget.succeeded() }
    #expect(budget.tokens == 10)
  }

  @Test("a budget without tokens allows nothing")
  func noBudget() {
    #expect(!RetryBudget(RetryPolicy(tokensMax: -1)).allowsRetry)
  }
}
