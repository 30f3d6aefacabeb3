import ChatModel
import ChatRepository
import Synchronization

/// Users that were looked up lately, so that a send need not read one each time.
///
/// Every change of a user passes through here, which keeps what is remembered true. What is
/// remembered is bounded: when it is too much, all who are active are forgotten. Who was deactivated
/// is not, so that somebody unknown here has not been deactivated since being known.
final class UserDirectory: Sendable {
  typealias LookUp = @Sendable (UserID) async throws(ChatError) -> User?

  private struct State {
    var known: [UserID: User] = [:]
    var changes = 0

    mutating func keep(_ user: User) {
      if known.count >= UserDirectory.countMax, known[user.id] == nil {
        known = known.filter { !$0.value.isActive }
      }
      known[user.id] = user
    }
  }

  private let lookUp: LookUp
  private let state = Mutex(State())
  private let deactivations = Atomic(0)

  /// Goes up with each user who is deactivated.
  var deactivationCount: Int { deactivations.load(ordering: .acquiring) }

  init(lookUp: @escaping LookUp) {
    self.lookUp = lookUp
  }

  convenience init(_ repository: any ChatRepository) {
    self.init { id throws(ChatError) in try await repository.user(id) }
  }

  /// A user that is remembered.
  func remembered(_ id: UserID) -> User? {
    state.withLock { $0.known[id] }
  }

  func user(_ id: UserID) async throws(ChatError) -> User? {
    let (known, changes) = state.withLock { ($0.known[id], $0.changes) }
    if let known { return known }
    guard let user = try await lookUp(id) else { return nil }
    return state.withLock { state in
      if let newer = state.known[id] { return newer }
      // What was read may be older than a change that came meanwhile: good for now, not for long.
      if state.changes == changes { state.keep(user) }
      return user
    }
  }

  /// A user has been created or changed.
  func remember(_ user: User) {
    state.withLock { state in
      state.changes += 1
      state.keep(user)
    }
    noteDeactivation(of: user)
  }

  /// A user has been created or changed, as the answer says. What is remembered is what is stored
  /// by now: the answer to a repeated call is the first one, and may have been overtaken.
  func renew(_ answer: User) async {
    var changes = state.withLock { state in
      state.changes += 1
      return state.changes
    }
    do {
      while true {
        let user = try await lookUp(answer.id) ?? answer
        let newest = state.withLock { state in
          if state.changes == changes { state.keep(user) }
          return state.changes
        }
        if newest == changes { return noteDeactivation(of: user) }
        changes = newest
      }
    } catch {
      remember(answer)
    }
  }

  private func noteDeactivation(of user: User) {
    if !user.isActive { deactivations.add(1, ordering: .acquiringAndReleasing) }
  }

  private static let countMax = 50_000
}
