import ChatService
import RPCInterceptors

/// How often callers may call, unless a setting says otherwise. docs/operations.md has the same
/// table for readers, and a test compares.
///
/// They keep one caller from taking a server from all others, and are far above what a person, or a
/// program that works for one, ever does.
enum RateDefaults {
  /// For each method that has no row below.
  static let user = RateLimit(10_000, per: .second, burst: 100_000)
  /// Methods that cost much, or whose effects others must bear.
  static let methods: [ChatService.Operation: RateLimit] = [
    .createConversation: RateLimit(500, per: .second, burst: 20_000),
    .subscribe: RateLimit(200, per: .second, burst: 2_000),
  ]
  /// Services act for many.
  static let service: RateLimit? = nil
  /// Proofs of who is calling that were not valid, by address. A clinic behind one address whose
  /// tokens expire all at once must pass.
  static let failure = RateLimit(20, per: .second, burst: 1_000)
  /// Calls that prove who is calling, by address.
  static let stranger = RateLimit(500, per: .second, burst: 20_000)
}
