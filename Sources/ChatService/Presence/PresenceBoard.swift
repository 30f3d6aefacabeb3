import ChatModel
import ChatRepository
import Synchronization

/// Who is online, told to those who share a conversation with them.
///
/// Signs of life and time go into state machines under one lock; whom a change concerns and what
/// else is known of the person is looked up apart from that, for one batch of people at a time.
final class PresenceBoard: Sendable {
  struct State {
    var machine = PresenceStateMachine()
    var digests = PresenceDigests()
    var neighbors = LookUpCache<UserID, Set<UserID>>(costMax: 500_000)
    var lastSeen = LastSeenJournal()
    /// Of whom the others are to be told, the longest waiting first, and whether somebody sees to it.
    var news: [UserID] = []
    var isTelling = false
    /// Who is to be told of people that were no neighbors before, and whether somebody sees to it.
    var introductions: [Introduction] = []
    var isIntroducing = false
    var wakeUp = WakeUp()

    func presence(_ user: UserID, _ stored: StoredPresence?, at wallTime: Timestamp) -> Presence {
      let isOnline = machine.isOnline(user)
      return Presence(
        userID: user,
        isOnline: isOnline,
        note: (stored?.note ?? .available).current(at: wallTime),
        lastSeenAt: isOnline ? nil : lastSeen[user] ?? stored?.lastSeenAt
      )
    }

    var nextDue: Duration? {
      [machine.nextDue, digests.nextDue, lastSeen.nextDue].compactMap { $0 }.min()
    }
  }

  let repository: any PresenceRepository
  private let hub: EventHub
  let time: any Timekeeper
  let wallTime: @Sendable () -> Timestamp
  /// Stores when users were last online.
  ///
  /// - Returns: whether it succeeded.
  private let saveLastSeen: @Sendable ([UserID: Timestamp]) async -> Bool
  let state = Mutex(State())

  init(
    _ repository: any PresenceRepository,
    _ hub: EventHub,
    _ time: any Timekeeper,
    wallTime: @escaping @Sendable () -> Timestamp,
    saveLastSeen: @escaping @Sendable ([UserID: Timestamp]) async -> Bool
  ) {
    self.repository = repository
    self.hub = hub
    self.time = time
    self.wallTime = wallTime
    self.saveLastSeen = saveLastSeen
  }

  // MARK: Signs of life

  /// A subscription of the user has begun.
  func opened(_ user: UserID) {
    alter { state, now in
      if state.machine.opened(user, at: now) { state.lastSeen.note(user, wallTime(), at: now) }
    }
  }

  /// A subscription of the user has ended.
  func closed(_ user: UserID) {
    alter { state, now in
      state.machine.closed(user, at: now)
      state.lastSeen.note(user, wallTime(), at: now)
    }
  }

  /// A device of the user is there for a while.
  ///
  /// - Throws: `limitReached` when the user has too many.
  func heartbeat(_ user: UserID, device: String, for timeToLive: Duration) throws(ChatError) {
    let isTaken = alter { state, now in
      let cameOnline = state.machine.heartbeat(
        user,
        device: device,
        until: now + timeToLive,
        at: now
      )
      if cameOnline == true { state.lastSeen.note(user, wallTime(), at: now) }
      return cameOnline != nil
    }
    guard isTaken else { throw Self.tooMany }
  }

  /// A device of the user goes.
  func left(_ user: UserID, device: String) {
    alter { state, now in state.machine.left(user, device: device, at: now) }
  }

  /// The user has another status, which is stored.
  func statusSet(_ user: UserID, endsAt: Timestamp?) {
    let left = endsAt.map { Duration.milliseconds($0.milliseconds - wallTime().milliseconds) }
    alter { state, now in
      // What ends on another day is not waited for: whoever asks is told what holds then.
      let end = left.flatMap { $0 <= Self.awaitedEndMax ? now + $0 : nil }
      state.machine.statusSet(user, endsAt: end, at: now)
    }
  }

  /// Something was committed. Called before the subscribers hear of it.
  func committed(_ events: [Event]) {
    let changes = events.filter { CircleChange($0).isOfCircle }
    if changes.isEmpty { return }
    state.withLock { state in
      for event in changes {
        for user in event.audience { state.neighbors.changed(user) }
        state.digests.forget(for: event.audience)
        introduce(event, in: &state)
      }
    }
  }

  @discardableResult
  private func alter<Value: Sendable>(_ body: (inout State, Duration) -> Value) -> Value {
    state.withLock { state in
      let value = body(&state, time.now)
      plan(&state)
      return value
    }
  }

  // MARK: Time

  func plan(_ state: inout State) {
    let now = time.now
    guard let delay = state.wakeUp.plan(for: state.nextDue, now: now) else { return }
    time.call(after: delay) { [weak self] in self?.cameUp() }
  }

  private func cameUp() {
    let unsaved = alter { state, now in
      state.wakeUp.cameUp(at: now)
      while let due = state.machine.popDue(now) {
        if due.wentOffline { state.lastSeen.note(due.user, wallTime(), at: now) }
        if due.isToldNow { state.news.append(due.user) }
      }
      startTelling(&state)
      // Under the lock, so that it goes out before a change that is noted after it.
      for batch in state.digests.take(now) {
        hub.push(LiveEphemeral(batch.content), to: batch.listeners)
      }
      return state.lastSeen.take(now)
    }
    if !unsaved.isEmpty { Task { await save(unsaved) } }
  }

  private func save(_ times: [UserID: Timestamp]) async {
    let isStored = await saveLastSeen(times)
    alter { state, now in state.lastSeen.saved(isStored, at: now) }
  }

  /// Stores what waits to be stored, for the last time.
  func stop() async {
    var times = state.withLock { $0.lastSeen.take(time.now, isLast: true) }
    while !times.isEmpty {
      await save(times)
      times = state.withLock { $0.lastSeen.take(time.now, isLast: false) }
    }
  }

  // MARK: Telling

  private func startTelling(_ state: inout State) {
    if state.isTelling || state.news.isEmpty { return }
    state.isTelling = true
    Task { await tell() }
  }

  /// Finds out whom the news concern, person by person.
  private func tell() async {
    while true {
      let users = state.withLock { state in
        let users = Array(state.news.prefix(Self.newsMax))
        state.news.removeFirst(users.count)
        state.isTelling = !users.isEmpty
        return users
      }
      if users.isEmpty { return }
      // Storage that fails is told of elsewhere; whoever asks for the presence hears of it too.
      guard let stored = try? await repository.storedPresences(of: users) else { continue }
      for user in users {
        try? await withNeighbors(of: user) { state, neighbors in
          let presence = LivePresence(state.presence(user, stored[user], at: wallTime()))
          let listeners = neighbors.filter { state.machine.isListening($0) }
          state.digests.add(presence, for: listeners, at: time.now)
          plan(&state)
        }
      }
    }
  }

  /// The presence of those among some users whom the viewer shares a conversation with, and of the
  /// viewer.
  func presences(
    of users: [UserID],
    for viewer: UserID
  ) async throws(ChatError) -> [UserID: Presence] {
    let known = try await withNeighbors(of: viewer) { _, neighbors in
      users.filter { $0 == viewer || neighbors.contains($0) }
    }
    if known.isEmpty { return [:] }
    let stored = try await repository.storedPresences(of: known)
    let now = wallTime()
    return state.withLock { state in
      let presences = known.map { ($0, state.presence($0, stored[$0], at: now)) }
      return Dictionary(presences) { one, _ in one }
    }
  }

  /// Does something with those who share a conversation with a user, under the lock.
  func withNeighbors<Value: Sendable>(
    of user: UserID,
    _ body: @Sendable (inout State, Set<UserID>) -> Value
  ) async throws(ChatError) -> Value {
    for _ in 0..<Self.attemptsMax {
      let known: Value? = state.withLock { state in
        if let neighbors = state.neighbors.remembered(user) { return body(&state, neighbors) }
        state.neighbors.began(user)
        return nil
      }
      if let known { return known }
      let found: Result<[UserID], ChatError>
      do throws(ChatError) {
        found = .success(try await repository.neighbors(of: user, limit: Self.neighborsMax))
      } catch {
        found = .failure(error)
      }
      let value: Value? = state.withLock { state in
        let neighbors = (try? found.get()).map { Set($0) }
        let cost = 1 + (neighbors?.count ?? 0)
        let isTrue = state.neighbors.ended(user, with: neighbors, cost: cost)
        return isTrue ? neighbors.map { body(&state, $0) } : nil
      }
      if let value { return value }
      _ = try found.get()
    }
    throw .unavailable
  }

  private static let tooMany = ChatError.limitReached(
    "\(PresenceStateMachine.devicesMax) of your devices send heartbeats already; let one of them go"
  )
  /// Of one with more, the first by identifier count.
  static let neighborsMax = 50_000
  /// People whom one look-up of what is stored is for.
  private static let newsMax = 100
  /// How often the neighbors are looked up that change meanwhile.
  private static let attemptsMax = 4
  /// The end of a status is told when it is at most so far away.
  private static let awaitedEndMax = Duration.seconds(24 * 60 * 60)
}
