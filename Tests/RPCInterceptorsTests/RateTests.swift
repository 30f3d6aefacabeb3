import NIOCore
import PrometheusMetrics
import RPC
import Testing

@testable import RPCInterceptors

@Suite("Limits of how often a method may be called")
struct RateTests {
  private let calls = CallFixture()

  // MARK: Limits and buckets

  @Test(
    "a limit reads what it writes",
    arguments: ["20/s burst 40", "1/h burst 1", "1000000/m burst 1000000"]
  )
  func roundTrip(_ text: String) throws {
    #expect(try #require(RateLimit(text)).description == text)
  }

  @Test("without a burst as many may come at once as in the period")
  func standardBurst() {
    #expect(RateLimit("30/m") == RateLimit(30, per: .minute, burst: 30))
  }

  @Test(
    "what is no limit is refused",
    arguments: [
      "", "20", "20/", "/s", "20/d", "0/s", "-1/s", "1000001/s", "20/s 40", "20/s burst",
      "20/s burst 0", "20/s burst 1000001", "20/s burst 4 5", "2.5/s",
    ]
  )
  func malformed(_ text: String) {
    #expect(RateLimit(text) == nil)
  }

  @Test("a burst may come at once, and the next one waits for what comes back")
  func burst() {
    let limit = RateLimit(4, per: .second, burst: 3)
    var bucket = TokenBucket()
    for _ in 0..<3 { #expect(bucket.take(limit, at: 1000) == nil) }
    #expect(bucket.take(limit, at: 1000) == 250_000_000)
    #expect(bucket.take(limit, at: 200_001_000) == 50_000_000)
    #expect(bucket.take(limit, at: 250_001_000) == nil)
    #expect(bucket.take(limit, at: 250_001_000) == 250_000_000)
  }

  @Test("what was good is given back, what was not is kept, and the address beside has its own")
  func failures() throws {
    let registry = PrometheusRegistry()
    let limiter = FailureLimiter(RateLimit(1, per: .second, burst: 2), metrics: registry)
    let context = calls.context(calls.unary)
    for _ in 0..<10 {
      #expect(limiter.begin("192.0.2.1", context) == nil)
      limiter.succeeded("192.0.2.1")
    }
    for _ in 0..<2 {
      #expect(limiter.begin("192.0.2.1", context) == nil)
      limiter.failed()
    }
    let refusal = try #require(limiter.begin("192.0.2.1", context))
    #expect(refusal.code == .resourceExhausted)
    #expect(refusal.message.hasSuffix("try again in 1000 ms"))
    #expect(limiter.begin("192.0.2.2", context) == nil)
    #expect(registry.text().contains("wardline_authentication_failures_total 2\n"))
    #expect(registry.text().contains("wardline_authentication_limited_total 1\n"))
    #expect(FailureLimiter(nil, metrics: registry).begin("192.0.2.1", context) == nil)
  }

  @Test("a refusal takes nothing, and after a long rest there is one burst and no more")
  func rest() {
    let limit = RateLimit(1, per: .hour, burst: 2)
    var bucket = TokenBucket()
    let day: Int64 = 86_400_000_000_000
    for _ in 0..<2 { #expect(bucket.take(limit, at: 0) == nil) }
    for _ in 0..<50 { #expect(bucket.take(limit, at: 0) == 3_600_000_000_000) }
    #expect(bucket.isFull(at: day))
    for _ in 0..<2 { #expect(bucket.take(limit, at: day) == nil) }
    #expect(bucket.take(limit, at: day) == 3_600_000_000_000)
  }

  @Test("the largest limits do not overflow")
  func extremes() {
    let slow = RateLimit(1, per: .hour, burst: .max)
    let fast = RateLimit(.max, per: .second, burst: .max)
    var bucket = TokenBucket()
    let late = Int64.max / 4
    for _ in 0..<1000 { #expect(bucket.take(slow, at: late) == nil) }
    bucket = TokenBucket()
    for _ in 0..<1000 { #expect(bucket.take(fast, at: late) == nil) }
  }

  @Test("what is remembered is bounded: those go first who have nothing to remember")
  func bounded() {
    let table = BucketTable(bucketsMax: 32, parts: 1)
    let limit = RateLimit(1, per: .second)
    func key(_ number: Int) -> BucketTable.Key {
      BucketTable.Key(
        kind: .user,
        caller: "user-\(number)",
        method: ObjectIdentifier(calls.unary)
      )
    }
    for number in 0..<32 { #expect(table.take(key(number), limit, at: 0) == nil) }
    #expect(table.take(key(100), limit, at: 2_000_000_000) == nil)
    #expect(table.count == 1)
    #expect(table.take(key(100), limit, at: 2_000_000_000) != nil)
    for number in 0..<1000 {
      #expect(table.take(key(number), limit, at: 2_000_000_000) == nil)
      #expect(table.count <= 32)
    }
  }

  // MARK: The interceptor

  @Test("a call too many is refused with the time to wait, and counted")
  func refusal() {
    let registry = PrometheusRegistry()
    let limiter = limiter(RateLimit(4, per: .second, burst: 2), registry, as: { _ in .user("a") })
    #expect(registry.text().contains(#"wardline_rate_limited_total{method="x.Chat/Send"} 0"#))
    #expect(refusal(limiter, at: 0) == nil)
    #expect(refusal(limiter, at: 0) == nil)
    let expected = RPCError(
      .resourceExhausted,
      "Send may be called 4 times a second, 2 at once; try again in 250 ms"
    )
    #expect(refusal(limiter, at: 0) == expected)
    #expect(registry.text().contains(#"wardline_rate_limited_total{method="x.Chat/Send"} 1"#))
    #expect(refusal(limiter, at: 249) != nil)
    #expect(refusal(limiter, at: 250) == nil)
  }

  @Test("the time to wait is rounded up, so that whoever keeps it is let in")
  func rounding() {
    let limiter = limiter(RateLimit(3, per: .second, burst: 1), as: { _ in .user("a") })
    #expect(refusal(limiter, at: 0) == nil)
    #expect(refusal(limiter, at: 0)?.message.hasSuffix("try again in 334 ms") == true)
    #expect(refusal(limiter, at: 334) == nil)
  }

  @Test("each caller and each method has a bucket of its own")
  func apart() {
    for (one, other) in [
      (RateLimiter.Caller.user("a"), RateLimiter.Caller.user("b")),
      (.user("a"), .stranger(address: "a")),
    ] {
      let limiter = limiter(RateLimit(1, per: .second)) { context in
        context.metadata.first("who") == "one" ? one : other
      }
      #expect(refusal(limiter, at: 0, who: "one") == nil)
      #expect(refusal(limiter, at: 0, who: "one") != nil)
      #expect(refusal(limiter, at: 0, who: "other") == nil)
      #expect(refusal(limiter, at: 0, who: "one", calls.stream) == nil)
    }
  }

  @Test("a service is not limited as a user is, but those it acts for are")
  func services() {
    let rates = RateLimiter.Rates(
      user: RateLimit(1, per: .second),
      service: RateLimit(3, per: .second)
    )
    let limiter = RateLimiter([(method: calls.unary, rates: rates)]) { context in
      context.metadata.first("who") == "itself"
        ? .service("s") : .acting(service: "s", user: context.metadata.first("who") ?? "")
    }
    #expect(refusal(limiter, at: 0, who: "a") == nil)
    #expect(refusal(limiter, at: 0, who: "a")?.message.contains("1 times a second") == true)
    #expect(refusal(limiter, at: 0, who: "b") == nil)
    #expect(refusal(limiter, at: 0, who: "c")?.message.contains("3 times a second") == true)
    #expect(refusal(limiter, at: 0, who: "itself") != nil)
  }

  @Test("a method without limits may be called as often as one likes")
  func unlimited() {
    let limiter = RateLimiter([(method: calls.unary, rates: .init())]) { _ in .user("a") }
    for _ in 0..<1000 { #expect(refusal(limiter, at: 0) == nil) }
    for _ in 0..<1000 { #expect(refusal(limiter, at: 0, calls.stream) == nil) }
  }

  private func limiter(
    _ limit: RateLimit,
    _ registry: PrometheusRegistry = PrometheusRegistry(),
    as caller: @escaping @Sendable (ServerContext) -> RateLimiter.Caller
  ) -> RateLimiter {
    let rates = RateLimiter.Rates(user: limit, service: limit, stranger: limit)
    return RateLimiter(
      [(method: calls.unary, rates: rates), (method: calls.stream, rates: rates)],
      metrics: registry,
      caller: caller
    )
  }

  /// - Parameter time: milliseconds.
  private func refusal(
    _ limiter: RateLimiter,
    at time: UInt64,
    who: String = "",
    _ method: MethodDescriptor? = nil
  ) -> RPCError? {
    var context = ServerContext(
      method: method ?? calls.unary,
      metadata: ["who": who],
      connection: calls.connection,
      startedAt: .uptimeNanoseconds(1_000_000_000_000 + time * 1_000_000)
    )
    guard case .refuse(let error) = limiter.admit(&context) else { return nil }
    return error
  }
}
