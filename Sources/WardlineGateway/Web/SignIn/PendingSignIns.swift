import ChatModel
import Crypto
import NIOCore
import OpenIDConnect
import Synchronization

/// Sign-ins that have gone to an issuer and not come back, in memory. Each counts once, for ten
/// minutes, and only in the browser in which it began.
final class PendingSignIns: Sendable {
  struct Pending: Sendable {
    let attempt: AuthorizationAttempt
    let path: AppPath
    fileprivate let provider: String
    fileprivate let browser: SHA256Digest
    fileprivate let endsAt: Timestamp
  }

  private struct State {
    var byHash: [SHA256Digest: Pending] = [:]
    /// The oldest first; some have come back meanwhile.
    var order: CircularBuffer<SHA256Digest> = []
  }

  private let state = Mutex(State())
  private let names: RandomNames
  private let now: @Sendable () -> Timestamp

  init(names: RandomNames, now: @escaping @Sendable () -> Timestamp) {
    self.names = names
    self.now = now
  }

  /// Begins one. When there are too many, the oldest counts no more.
  ///
  /// - Parameter browser: what only the browser knows in which it begins.
  func begin(
    with provider: String,
    browser: String,
    redirectURI: String,
    path: AppPath
  ) -> AuthorizationAttempt {
    let attempt = AuthorizationAttempt(
      state: names.next(),
      nonce: names.next(),
      codeVerifier: names.next(),
      redirectURI: redirectURI
    )
    let now = now()
    let pending = Pending(
      attempt: attempt,
      path: path,
      provider: provider,
      browser: Self.hash(browser),
      endsAt: Timestamp(milliseconds: now.milliseconds + Self.lifetimeSeconds * 1000)
    )
    let hash = Self.hash(attempt.state)
    state.withLock { state in
      Self.forget(&state, now)
      state.byHash[hash] = pending
      state.order.append(hash)
    }
    return attempt
  }

  /// Takes one out that has come back; nil unless it began with this provider in this browser lately.
  func take(_ name: String, of provider: String, browser: String) -> Pending? {
    let now = now()
    let (hash, browser) = (Self.hash(name), Self.hash(browser))
    return state.withLock { state in
      guard let pending = state.byHash[hash], pending.provider == provider,
        pending.browser == browser
      else { return nil }
      state.byHash[hash] = nil
      return now < pending.endsAt ? pending : nil
    }
  }

  /// Makes room: all live equally long, so the oldest are over first.
  private static func forget(_ state: inout State, _ now: Timestamp) {
    while let oldest = state.order.first {
      let isOver = state.byHash[oldest].map { $0.endsAt <= now } ?? true
      guard isOver || state.order.count >= countMax else { return }
      state.byHash[oldest] = nil
      state.order.removeFirst()
    }
  }

  private static func hash(_ name: String) -> SHA256Digest { SHA256.hash(data: Array(name.utf8)) }

  static let lifetimeSeconds: Int64 = 600
  static let countMax = 10_000
}
