import ChatModel
import Crypto
import Synchronization

/// The sessions of browsers, in memory: a restart ends them all, and people sign in again.
///
/// They are kept under the hash of their name, so that neither a look into the memory nor the time
/// that a search takes gives a name away.
final class WebSessions: Sendable {
  private struct State {
    var byHash: [SHA256Digest: WebSession] = [:]
    /// The sessions of each person, the oldest first.
    var hashesByUser: [String: [SHA256Digest]] = [:]
    var nextSweep = Timestamp(milliseconds: 0)
  }

  private let state = Mutex(State())
  private let names: RandomNames
  private let now: @Sendable () -> Timestamp

  init(names: RandomNames, now: @escaping @Sendable () -> Timestamp) {
    self.names = names
    self.now = now
  }

  /// Begins a session and gives its name; nil when there are as many as there may be. Whoever has
  /// sessions in too many browsers loses the oldest.
  func begin(_ person: WebPerson, token: String, idleSeconds: Int64) -> String? {
    let name = names.next()
    let hash = Self.hash(name)
    let now = now()
    let session = WebSession(
      token: token,
      person: person,
      idleSeconds: idleSeconds,
      lastActivity: now
    )
    return state.withLock { state in
      Self.sweep(&state, now)
      var own = state.hashesByUser[person.userID, default: []]
      if own.count >= Self.sessionsOfUserMax {
        state.byHash[own.removeFirst()] = nil
      }
      guard state.byHash.count < Self.sessionsMax else { return nil }
      state.byHash[hash] = session
      state.hashesByUser[person.userID] = own + [hash]
      return name
    }
  }

  /// The session of that name, if it is open.
  func session(_ name: String) -> WebSession? {
    let now = now()
    return state.withLock { state in
      guard let session = state.byHash[Self.hash(name)], session.isOpen(at: now) else { return nil }
      return session
    }
  }

  /// The person did something: the idle time begins anew.
  func touch(_ name: String) -> WebSession? {
    let now = now()
    return state.withLock { state in
      let hash = Self.hash(name)
      guard var session = state.byHash[hash], session.isOpen(at: now) else { return nil }
      session.lastActivity = now
      state.byHash[hash] = session
      return session
    }
  }

  func end(_ name: String) {
    state.withLock { Self.remove(Self.hash(name), &$0) }
  }

  /// Forgets those that are over. It takes a while with many, so it is done once a minute at most.
  private static func sweep(_ state: inout State, _ now: Timestamp) {
    guard now >= state.nextSweep else { return }
    state.nextSweep = Timestamp(milliseconds: now.milliseconds + sweepMilliseconds)
    let ended = state.byHash.filter { !$0.value.isOpen(at: now) }
    for hash in ended.keys { remove(hash, &state) }
  }

  private static func remove(_ hash: SHA256Digest, _ state: inout State) {
    guard let session = state.byHash.removeValue(forKey: hash) else { return }
    let userID = session.person.userID
    let others = (state.hashesByUser[userID] ?? []).filter { $0 != hash }
    state.hashesByUser[userID] = others.isEmpty ? nil : others
  }

  private static func hash(_ name: String) -> SHA256Digest {
    SHA256.hash(data: Array(name.utf8))
  }

  static let sessionsOfUserMax = 16
  static let sessionsMax = 100_000
  private static let sweepMilliseconds: Int64 = 60_000
}
