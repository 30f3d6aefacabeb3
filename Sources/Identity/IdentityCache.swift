import ChatModel
import Crypto

/// Identities of tokens that were verified lately, by the tokens' SHA-256, never by the tokens.
///
/// Holds at most `entriesMax`: new entries go to the younger half; when that is full it becomes the
/// older half, and what was in the older one and not used since is forgotten.
struct IdentityCache: Sendable {
  private var younger: [SHA256Digest: VerifiedIdentity] = [:]
  private var older: [SHA256Digest: VerifiedIdentity] = [:]
  private let halfMax: Int

  init(entriesMax: Int) { halfMax = max(1, entriesMax / 2) }

  var count: Int { younger.count + older.count }

  /// The identity of a token, unless the cache has none or `isExpired` says so of it.
  mutating func identity(
    for digest: SHA256Digest,
    isExpired: (VerifiedIdentity) -> Bool
  ) -> VerifiedIdentity? {
    let isYoung = younger[digest] != nil
    guard let found = younger[digest] ?? older.removeValue(forKey: digest) else { return nil }
    if isExpired(found) {
      younger[digest] = nil
      return nil
    }
    if !isYoung { insert(found, for: digest) }
    return found
  }

  mutating func insert(_ identity: VerifiedIdentity, for digest: SHA256Digest) {
    if younger.count >= halfMax {
      older = younger
      younger = [:]
    }
    older[digest] = nil
    younger[digest] = identity
  }

  mutating func removeAll() {
    younger = [:]
    older = [:]
  }
}
