import SeededRandom
import TTRPC
import Testing

@Suite("The wait before the next attempt")
struct BackoffTests {
  static let policy = Backoff(
    initial: .milliseconds(100),
    maximum: .seconds(3),
    factor: 2,
    jitter: 0.5
  )

  @Test(
    "doubles with each failure up to the limit",
    arguments: zip(
      [-1, 0, 1, 2, 3, 4, 5, 6, 7, 1_000_000],
      [0, 0, 100, 200, 400, 800, 1600, 3000, 3000, 3000]
    )
  )
  func grows(failures: Int, milliseconds: Int64) {
    #expect(Self.policy.longest(afterFailures: failures) == .milliseconds(milliseconds))
  }

  @Test("by default it begins with 100 ms, grows by 1.6 and ends with 30 s, less a fifth by chance")
  func defaults() {
    let policy = Backoff()
    #expect(policy.longest(afterFailures: 1) == .milliseconds(100))
    #expect(policy.longest(afterFailures: 2) == .milliseconds(160))
    #expect(policy.longest(afterFailures: 3) == .milliseconds(256))
    #expect(policy.longest(afterFailures: 100) == .seconds(30))
    #expect(policy.jitter == 0.2)
  }

  @Test("chance shortens it by no more than its part", arguments: 0..<50)
  func jitter(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let delay = Self.policy.delay(afterFailures: 3, using: &generator)
    #expect(delay >= .milliseconds(200) && delay <= .milliseconds(400))
  }

  @Test("two clients of one server do not wait equally long")
  func spreads() {
    var generator = SeededGenerator(seed: 7)
    let delays = Set((0..<20).map { _ in Self.policy.delay(afterFailures: 4, using: &generator) })
    #expect(delays.count > 15)
  }

  @Test("without chance it is the longest wait")
  func noJitter() {
    var generator = SeededGenerator(seed: 1)
    let policy = Backoff(initial: .seconds(1), maximum: .seconds(60), factor: 3, jitter: 0)
    #expect(policy.delay(afterFailures: 3, using: &generator) == .seconds(9))
  }

  @Test("odd settings give waits that can be waited for")
  func odd() {
    let policy = Backoff(initial: .seconds(-1), maximum: .seconds(-5), factor: 0, jitter: 9)
    var generator = SeededGenerator(seed: 1)
    #expect(policy.delay(afterFailures: 1_000, using: &generator) == .zero)
    let nan = Backoff(maximum: .seconds(Int64.max), factor: .nan, jitter: .nan)
    #expect(nan.delay(afterFailures: 1_000, using: &generator) == .milliseconds(100))
    let steep = Backoff(maximum: .seconds(Int64.max), factor: 1e30, jitter: 0)
    #expect(steep.longest(afterFailures: 9) == .seconds(Int64.max))
  }
}
