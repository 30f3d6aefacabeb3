import ChatModel

/// One person's state on its way to many.
final class LivePresence: Sendable {
  let presence: Presence

  init(_ presence: Presence) {
    self.presence = presence
  }
}

/// What is to be told to whom of the presence of others.
///
/// Each listener is told once in `interval` at most, of all who have changed since and of each the
/// newest; and in each `pace` only so many listeners are, whoever has changed: a person with ten
/// thousand contacts is told to them over a second, and not at once.
struct PresenceDigests {
  private struct Digest {
    var changed: [UserID: LivePresence] = [:]
    var isIncomplete = false
    var toldAt: Duration?

    var isEmpty: Bool { changed.isEmpty && !isIncomplete }
  }

  /// The same for several listeners.
  struct Batch {
    var content: Ephemeral
    var listeners: [UserID]
  }

  private struct Content: Hashable {
    var changed: Set<ObjectIdentifier>
    var isIncomplete: Bool
  }

  private var digests: [UserID: Digest] = [:]
  private var deadlines = DeadlineQueue<UserID>()
  private var pausedUntil = Duration.zero

  /// When there is something to tell.
  var nextDue: Duration? { deadlines.next.map { max($0, pausedUntil) } }

  /// The state of somebody has changed, which concerns these listeners.
  mutating func add(
    _ presence: LivePresence,
    for listeners: some Sequence<UserID>,
    at now: Duration
  ) {
    for listener in listeners {
      change(listener, at: now) { digest in
        if digest.changed.count < Self.changedMax
          || digest.changed[presence.presence.userID] != nil
        {
          digest.changed[presence.presence.userID] = presence
        } else {
          digest.isIncomplete = true
        }
      }
    }
  }

  /// What these users were to be told may no longer be theirs to know: they are told to ask.
  mutating func forget(for listeners: some Sequence<UserID>) {
    for listener in listeners where digests[listener]?.changed.isEmpty == false {
      digests[listener]?.changed = [:]
      digests[listener]?.isIncomplete = true
    }
  }

  /// Something concerns these listeners that they are not told: they are told to ask.
  mutating func miss(for listeners: some Sequence<UserID>, at now: Duration) {
    for listener in listeners { change(listener, at: now) { $0.isIncomplete = true } }
  }

  private mutating func change(
    _ listener: UserID,
    at now: Duration,
    _ body: (inout Digest) -> Void
  ) {
    var digest = digests[listener] ?? Digest()
    let wasEmpty = digest.isEmpty
    body(&digest)
    digests[listener] = digest
    if wasEmpty { deadlines.set(listener, digest.toldAt.map { $0 + Self.interval } ?? now) }
  }

  /// What is to be told now.
  mutating func take(_ now: Duration) -> [Batch] {
    guard pausedUntil <= now else { return [] }
    var listeners: [Content: [UserID]] = [:]
    var presences: [Content: [LivePresence]] = [:]
    var count = 0
    while count < Self.listenersMax, let listener = deadlines.popDue(now) {
      guard let digest = digests[listener] else { continue }
      if digest.isEmpty {
        digests[listener] = nil
        continue
      }
      count += 1
      let changed = digest.changed.values
      let content = Content(
        changed: Set(changed.map { ObjectIdentifier($0) }),
        isIncomplete: digest.isIncomplete
      )
      listeners[content, default: []].append(listener)
      if presences[content] == nil { presences[content] = Array(changed) }
      digests[listener] = Digest(toldAt: now)
      deadlines.set(listener, now + Self.interval)
    }
    if count == Self.listenersMax { pausedUntil = now + Self.pace }
    return listeners.map { content, listeners in
      let sorted = (presences[content] ?? []).map(\.presence).sorted { $0.userID < $1.userID }
      return Batch(
        content: .presence(sorted, isIncomplete: content.isIncomplete),
        listeners: listeners
      )
    }
  }

  /// How often one listener is told something.
  static let interval = Duration.milliseconds(500)
  /// Of how many users at once; when more have changed, the listener is told to ask.
  static let changedMax = 256
  /// Listeners who are told something in each `pace`.
  static let listenersMax = 500
  static let pace = Duration.milliseconds(50)
}
