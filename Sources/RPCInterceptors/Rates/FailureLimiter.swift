public import Metrics
import NIOCore
public import RPC

/// Keeps peers from trying many proofs of who they are: each address has a bucket from which a proof
/// takes one, and gets it back if it is good.
///
/// Failures are counted as `wardline_authentication_failures_total`, proofs that were not looked at as
/// `wardline_authentication_limited_total`.
public final class FailureLimiter: Sendable {
  private let limit: RateLimit?
  private let buckets: BucketTable
  private let failures: Counter
  private let refusals: Counter

  /// - Parameters:
  ///   - limit: failures of an address; nil for as many as it likes.
  ///   - bucketsMax: addresses that are remembered.
  public init(
    _ limit: RateLimit?,
    metrics: any MetricsFactory = MetricsSystem.factory,
    bucketsMax: Int = RateLimiter.bucketsMaxDefault
  ) {
    self.limit = limit
    buckets = BucketTable(bucketsMax: bucketsMax)
    failures = Counter(label: "wardline_authentication_failures_total", factory: metrics)
    refusals = Counter(label: "wardline_authentication_limited_total", factory: metrics)
    for counter in [failures, refusals] { counter.increment(by: 0) }
  }

  /// A proof is about to be looked at.
  ///
  /// - Returns: why it must not be; nil when it may.
  public func begin(_ address: String, _ context: ServerContext) -> RPCError? {
    guard let limit,
      let wait = buckets.take(key(address), limit, at: time(context))
    else { return nil }
    refusals.increment()
    let milliseconds = (wait + 999_999) / 1_000_000
    return RPCError(
      .resourceExhausted,
      "too many proofs from this address were not valid; try again in \(milliseconds) ms"
    )
  }

  /// The proof was good, or nobody can say.
  public func succeeded(_ address: String) {
    if let limit { buckets.giveBack(key(address), limit) }
  }

  /// The proof was not good.
  public func failed() { failures.increment() }

  private func key(_ address: String) -> BucketTable.Key {
    BucketTable.Key(kind: .address, caller: address, method: ObjectIdentifier(FailureLimiter.self))
  }

  private func time(_ context: ServerContext) -> Int64 {
    Int64(context.startedAt.uptimeNanoseconds)
  }
}
