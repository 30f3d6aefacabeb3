public import Metrics
import NIOCore
public import RPC

/// Keeps callers from calling a method faster than they may: each has a bucket of their own for each
/// method. A call that comes too early gets RESOURCE_EXHAUSTED, and is told when to try again.
///
/// Refusals are counted as `wardline_rate_limited_total{method}`. Put it behind the interceptor that
/// authenticates.
public final class RateLimiter: ServerInterceptor {
  /// Who is calling, as far as limits are concerned.
  public enum Caller: Sendable, Hashable {
    case user(String)
    case service(String)
    /// A service that acts for a user: what it does counts for both.
    case acting(service: String, user: String)
    /// Nobody knows who; the address it comes from, without the port.
    case stranger(address: String)
  }

  /// How fast each kind of caller may call a method; nil for as fast as they like.
  public struct Rates: Sendable, Hashable {
    public var user: RateLimit?
    public var service: RateLimit?
    public var stranger: RateLimit?

    public init(user: RateLimit? = nil, service: RateLimit? = nil, stranger: RateLimit? = nil) {
      self.user = user
      self.service = service
      self.stranger = stranger
    }
  }

  private struct Row: Sendable {
    let rates: Rates
    let refusals: Counter
  }

  private let rows: IdentityTable<Row>
  private let caller: @Sendable (ServerContext) -> Caller
  private let buckets: BucketTable

  /// - Parameters:
  ///   - rates: the methods that have limits.
  ///   - caller: tells who is calling, once that is known.
  ///   - bucketsMax: callers and methods that are remembered; each takes about 100 bytes.
  public init(
    _ rates: [(method: MethodDescriptor, rates: Rates)],
    metrics: any MetricsFactory = MetricsSystem.factory,
    bucketsMax: Int = bucketsMaxDefault,
    caller: @escaping @Sendable (ServerContext) -> Caller
  ) {
    rows = IdentityTable(
      rates.map { method, rates in
        let refusals = Counter(
          label: "wardline_rate_limited_total",
          dimensions: [("method", method.fullName)],
          factory: metrics
        )
        refusals.increment(by: 0)
        return (key: method, value: Row(rates: rates, refusals: refusals))
      }
    )
    buckets = BucketTable(bucketsMax: bucketsMax)
    self.caller = caller
  }

  public static let bucketsMaxDefault = 100_000

  public func admit(_ context: inout ServerContext) -> Admission {
    guard let row = rows[ObjectIdentifier(context.method)] else { return .proceed }
    let refusal: RPCError?
    switch caller(context) {
    case .user(let id): refusal = take(.user, id, row.rates.user, context)
    case .service(let id): refusal = take(.service, id, row.rates.service, context)
    case .stranger(let address): refusal = take(.address, address, row.rates.stranger, context)
    case .acting(let service, let user):
      refusal =
        take(.service, service, row.rates.service, context)
        ?? take(.user, user, row.rates.user, context)
    }
    guard let refusal else { return .proceed }
    row.refusals.increment()
    return .refuse(refusal)
  }

  private func take(
    _ kind: BucketTable.Kind,
    _ caller: String,
    _ limit: RateLimit?,
    _ context: ServerContext
  ) -> RPCError? {
    guard let limit else { return nil }
    let method = ObjectIdentifier(context.method)
    let key = BucketTable.Key(kind: kind, caller: caller, method: method)
    let now = Int64(context.startedAt.uptimeNanoseconds)
    guard let wait = buckets.take(key, limit, at: now) else { return nil }
    // A client that waits so long must not come too early by a rounding.
    let milliseconds = (wait + 999_999) / 1_000_000
    return RPCError(
      .resourceExhausted,
      "\(context.method.name) may be called \(limit.count) times a \(limit.period), "
        + "\(limit.burst) at once; try again in \(milliseconds) ms"
    )
  }
}
