import ChatModel
import ChatRepository
import Synchronization

// Those who come to share a conversation learn of each other, without having to ask.
extension PresenceBoard {
  /// Somebody who listens, and of whom he may know from now on.
  struct Introduction {
    let listener: UserID
    let users: [UserID]
  }

  /// A conversation may have new participants.
  func introduce(_ event: Event, in state: inout State) {
    let change = CircleChange(event)
    guard case .joined = change.kind else { return }
    let circle = Array(event.audience)
    let listeners = circle.filter { state.machine.isListening($0) }
    if listeners.isEmpty { return }
    let pairs =
      change.user == nil ? listeners.count * circle.count : listeners.count + circle.count
    guard pairs <= Self.pairsMax, state.introductions.count < Self.introductionsMax else {
      state.digests.miss(for: listeners, at: time.now)
      plan(&state)
      return
    }
    for listener in listeners {
      let met = change.user.map { $0 == listener ? circle : [$0] } ?? circle
      state.introductions.append(
        Introduction(listener: listener, users: met.filter { $0 != listener })
      )
    }
    if state.isIntroducing { return }
    state.isIntroducing = true
    Task { await makeIntroductions() }
  }

  private func makeIntroductions() async {
    while true {
      let some = state.withLock { state in
        let some = Array(state.introductions.prefix(Self.introductionsAtOnce))
        state.introductions.removeFirst(some.count)
        state.isIntroducing = !some.isEmpty
        return some
      }
      if some.isEmpty { return }
      let users = Set(some.flatMap(\.users))
      guard let stored = try? await repository.storedPresences(of: Array(users)) else { continue }
      for introduction in some {
        let listener = introduction.listener
        try? await withNeighbors(of: listener) { state, neighbors in
          guard state.machine.isListening(listener) else { return }
          for user in introduction.users where neighbors.contains(user) {
            let presence = LivePresence(state.presence(user, stored[user], at: wallTime()))
            state.digests.add(presence, for: [listener], at: time.now)
          }
          plan(&state)
        }
      }
    }
  }

  /// Of more listeners times users in one event, listeners are told to ask.
  private static let pairsMax = 4_096
  /// The same when so many introductions wait.
  private static let introductionsMax = 10_000
  private static let introductionsAtOnce = 64
}
