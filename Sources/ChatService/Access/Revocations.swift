import ChatModel
import Synchronization

/// Proofs that count no more although they have not expired.
///
/// A look-up does not wait for storage. As long as nothing is revoked it costs one reading of a flag.
final class Revocations: Sendable {
  private struct TokenKey: Hashable {
    let user: UserID
    let tokenID: String
  }

  private struct State {
    /// Until when a token would have been valid: after that nobody asks for it.
    var tokens: [TokenKey: Timestamp] = [:]
    var issuedUntil: [UserID: Timestamp] = [:]
    /// When tokens that have expired are forgotten.
    var sweepAt = sweepMin
  }

  private let state = Mutex(State())
  private let isEmpty = Atomic(true)
  private let changes = Atomic(0)

  /// Goes up with each revocation.
  var count: Int { changes.load(ordering: .acquiring) }

  /// Whether a principal's proof has been revoked.
  func cover(_ principal: Principal) -> Bool {
    if isEmpty.load(ordering: .acquiring) { return false }
    guard let credential = principal.credential else { return false }
    return state.withLock { state in
      let user = principal.proven
      if let limit = state.issuedUntil[user], credential.issuedAt.map({ $0 <= limit }) ?? true {
        return true
      }
      return state.tokens[TokenKey(user: user, tokenID: credential.tokenID)] != nil
    }
  }

  /// One token counts no more.
  func revoke(_ tokenID: String, of user: UserID, validUntil expiry: Timestamp, now: Timestamp) {
    state.withLock { state in
      if state.tokens.count >= state.sweepAt {
        state.tokens = state.tokens.filter { $0.value > now }
        state.sweepAt = max(Self.sweepMin, state.tokens.count * 2)
      }
      state.tokens[TokenKey(user: user, tokenID: tokenID)] = expiry
    }
    changed()
  }

  /// No token of a user that was issued up to a time counts any more.
  func revokeTokens(of user: UserID, issuedUntil limit: Timestamp) {
    state.withLock { state in
      state.issuedUntil[user] = max(limit, state.issuedUntil[user] ?? limit)
    }
    changed()
  }

  private func changed() {
    isEmpty.store(false, ordering: .releasing)
    changes.add(1, ordering: .acquiringAndReleasing)
  }

  var tokenCount: Int { state.withLock { $0.tokens.count } }

  private static let sweepMin = 1024
}
