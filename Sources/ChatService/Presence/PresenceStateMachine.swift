import ChatModel

/// Who is online, by all their devices together, and of whom the others are to be told when.
///
/// A person whose last subscription ends stays online for `linger`, so that a device which connects
/// anew does not make them blink; and the others hear of one person every `interval` at most, then
/// of the newest state. Everything it knows of somebody is forgotten once they are offline and that
/// was told.
struct PresenceStateMachine {
  private struct Entry {
    var subscriptions = 0
    /// Until when each device is alive by its heartbeats.
    var devices: [String: Duration] = [:]
    var isOnline = false
    var offlineAt: Duration?
    var statusEndsAt: Duration?
    /// What the others were told last, and when.
    var toldOnline = false
    var toldAt: Duration?
    var hasNewStatus = false

    var isAlive: Bool { subscriptions > 0 || !devices.isEmpty }
    var isNews: Bool { isOnline != toldOnline || hasNewStatus }
    var mayBeToldAt: Duration { toldAt.map { $0 + interval } ?? .zero }
  }

  private var entries: [UserID: Entry] = [:]
  private var deadlines = DeadlineQueue<UserID>()

  var nextDue: Duration? { deadlines.next }
  var knownCount: Int { entries.count }

  func isOnline(_ user: UserID) -> Bool { entries[user]?.isOnline ?? false }

  /// Whether there is a subscription to tell something.
  func isListening(_ user: UserID) -> Bool { entries[user].map { $0.subscriptions > 0 } ?? false }

  // MARK: Signs of life

  /// - Returns: whether the user has just come online.
  mutating func opened(_ user: UserID, at now: Duration) -> Bool {
    change(user, at: now) { $0.subscriptions += 1 }
  }

  mutating func closed(_ user: UserID, at now: Duration) {
    guard entries[user] != nil else { return }
    _ = change(user, at: now) { $0.subscriptions = max(0, $0.subscriptions - 1) }
  }

  /// A device says that it is there until then.
  ///
  /// - Returns: whether the user has just come online; nil when the user has `devicesMax` devices
  ///   and this is another.
  mutating func heartbeat(
    _ user: UserID,
    device: String,
    until: Duration,
    at now: Duration
  ) -> Bool? {
    let devices = entries[user]?.devices ?? [:]
    let others = devices.count { $0.key != device && $0.value > now }
    guard others < Self.devicesMax else { return nil }
    return change(user, at: now) { entry in
      entry.devices = entry.devices.filter { $0.value > now }
      entry.devices[device] = until
    }
  }

  /// A device says that it goes.
  mutating func left(_ user: UserID, device: String, at now: Duration) {
    guard entries[user] != nil else { return }
    _ = change(user, at: now) { $0.devices[device] = nil }
  }

  /// The user has set another status, which ends by itself then.
  mutating func statusSet(_ user: UserID, endsAt: Duration?, at now: Duration) {
    _ = change(user, at: now) { entry in
      entry.hasNewStatus = true
      entry.statusEndsAt = endsAt
    }
  }

  private mutating func change(
    _ user: UserID,
    at now: Duration,
    _ body: (inout Entry) -> Void
  ) -> Bool {
    var entry = entries[user] ?? Entry()
    let wasAlive = entry.isAlive
    let wasOnline = entry.isOnline
    body(&entry)
    if entry.isAlive {
      entry.isOnline = true
      entry.offlineAt = nil
    } else if wasAlive {
      entry.offlineAt = now + Self.linger
    }
    put(entry, user)
    return entry.isOnline && !wasOnline
  }

  // MARK: Time

  /// Somebody for whom something has come of time.
  struct Due: Equatable {
    var user: UserID
    /// Whether they have just gone offline.
    var wentOffline: Bool
    /// Whether the others are to be told of their state.
    var isToldNow: Bool
  }

  /// What has come of time; ask until there is nothing.
  mutating func popDue(_ now: Duration) -> Due? {
    while let user = deadlines.popDue(now) {
      guard var entry = entries[user] else { continue }
      let wasOnline = entry.isOnline
      pass(&entry, now)
      let isToldNow = entry.isNews && entry.mayBeToldAt <= now
      if isToldNow {
        entry.toldAt = now
        entry.toldOnline = entry.isOnline
        entry.hasNewStatus = false
      }
      put(entry, user, now)
      let wentOffline = wasOnline && !entry.isOnline
      if wentOffline || isToldNow {
        return Due(user: user, wentOffline: wentOffline, isToldNow: isToldNow)
      }
    }
    return nil
  }

  private func pass(_ entry: inout Entry, _ now: Duration) {
    let hadDevices = !entry.devices.isEmpty
    entry.devices = entry.devices.filter { $0.value > now }
    // Heartbeats have their own time to live: nobody lingers after it.
    if hadDevices && !entry.isAlive { entry.offlineAt = entry.offlineAt ?? now }
    if let offlineAt = entry.offlineAt, offlineAt <= now {
      entry.isOnline = false
      entry.offlineAt = nil
    }
    if let endsAt = entry.statusEndsAt, endsAt <= now {
      entry.statusEndsAt = nil
      entry.hasNewStatus = true
    }
  }

  /// Keeps what is known of a user, until there is nothing worth knowing.
  private mutating func put(_ entry: Entry, _ user: UserID, _ now: Duration? = nil) {
    var next: [Duration] = entry.devices.values.map { $0 }
    if let offlineAt = entry.offlineAt { next.append(offlineAt) }
    if let endsAt = entry.statusEndsAt { next.append(endsAt) }
    if entry.isNews { next.append(entry.mayBeToldAt) }
    let isQuiet = !entry.isOnline && !entry.isNews && next.isEmpty
    if isQuiet, let now {
      // Somebody who comes again at once is still told of only so often.
      if entry.mayBeToldAt <= now {
        entries[user] = nil
        deadlines.set(user, nil)
        return
      }
      next.append(entry.mayBeToldAt)
    }
    entries[user] = entry
    deadlines.set(user, next.min())
  }

  /// How long somebody without a subscription is still online.
  static let linger = Duration.seconds(3)
  /// How often the others are told of one person.
  static let interval = Duration.seconds(2)
  /// Devices of one user that are alive by heartbeats.
  static let devicesMax = 8
}
