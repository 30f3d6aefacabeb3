import Synchronization

/// The buckets of many callers, in bounded memory.
///
/// A bucket that is full again is as good as none, so those are forgotten first. When even that does
/// not make room everybody starts anew: a crowd that large is for the limits of connections to hold
/// back.
final class BucketTable: Sendable {
  /// Whose bucket it is, and of which method.
  struct Key: Hashable, Sendable {
    let kind: Kind
    let caller: String
    let method: ObjectIdentifier
  }

  /// What the name is a name of.
  enum Kind: Sendable {
    case user
    case service
    case address
  }

  /// Callers of different loops seldom meet in one part.
  private final class Part: Sendable {
    let buckets = Mutex<[Key: TokenBucket]>([:])
  }

  private let parts: [Part]
  private let bucketsMaxPerPart: Int

  /// - Parameter bucketsMax: how many are kept, in all.
  init(bucketsMax: Int, parts: Int = 16) {
    self.parts = (0..<parts).map { _ in Part() }
    bucketsMaxPerPart = max(1, bucketsMax / parts)
  }

  /// Takes one from a caller's bucket.
  ///
  /// - Returns: nil when there was one, else the nanoseconds until there is.
  func take(_ key: Key, _ limit: RateLimit, at now: Int64) -> Int64? {
    part(of: key).buckets.withLock { buckets in
      if let index = buckets.index(forKey: key) {
        return buckets.values[index].take(limit, at: now)
      }
      if buckets.count >= bucketsMaxPerPart { Self.makeRoom(in: &buckets, at: now) }
      var bucket = TokenBucket()
      defer { buckets[key] = bucket }
      return bucket.take(limit, at: now)
    }
  }

  /// Gives one back to a caller's bucket.
  func giveBack(_ key: Key, _ limit: RateLimit) {
    part(of: key).buckets.withLock { buckets in
      if let index = buckets.index(forKey: key) { buckets.values[index].giveBack(limit) }
    }
  }

  var count: Int { parts.reduce(0) { $0 + $1.buckets.withLock { $0.count } } }

  /// A quarter is free afterwards, so that what it costs is shared by as many.
  private static func makeRoom(in buckets: inout [Key: TokenBucket], at now: Int64) {
    let before = buckets.count
    buckets = buckets.filter { !$0.value.isFull(at: now) }
    if buckets.count > before - before / 4 { buckets = [:] }
  }

  private func part(of key: Key) -> Part {
    // The last letters differ most.
    let sum = key.caller.utf8.suffix(4).reduce(0) { $0 &* 31 &+ Int($1) }
    return parts[sum % parts.count]
  }
}
