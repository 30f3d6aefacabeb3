import ChatModel

/// Who is typing where, as the others are shown it.
///
/// Signals that only prolong are told to nobody. Somebody who begins again within a second of the
/// last beginning is shown when that second is over, if they still type then: so one person costs the
/// others two messages a second at most, in each of the few conversations where they can type at a
/// time.
struct TypingStateMachine {
  struct Place: Hashable {
    let conversation: ConversationID
    let user: UserID
  }

  /// What the others are to be told.
  enum Action: Equatable {
    case nothing
    case show
    case hide
  }

  private enum Phase {
    case shown(since: Duration, until: Duration)
    /// Was shown and is not now; with `until` to be shown again.
    case held(since: Duration, until: Duration?)
  }

  private var phases: [Place: Phase] = [:]
  private var placeCounts: [UserID: Int] = [:]
  private var deadlines = DeadlineQueue<Place>()

  var isEmpty: Bool { phases.isEmpty }
  var nextDue: Duration? { deadlines.next }

  /// Whether the others see somebody typing.
  func isShown(_ place: Place) -> Bool {
    if case .shown = phases[place] { true } else { false }
  }

  /// The participant types.
  ///
  /// - Returns: nil when they do so in `placesMax` conversations already.
  mutating func started(_ place: Place, at now: Duration) -> Action? {
    let until = now + Self.lifetime
    switch phases[place] {
    case nil:
      guard placeCounts[place.user, default: 0] < Self.placesMax else { return nil }
      placeCounts[place.user, default: 0] += 1
      enter(.shown(since: now, until: until), place)
      return .show
    case .shown(let since, _):
      enter(.shown(since: since, until: until), place)
      return .nothing
    case .held(let since, _):
      enter(.held(since: since, until: until), place)
      return .nothing
    }
  }

  /// The participant has ceased to type, or has sent what they typed.
  mutating func stopped(_ place: Place, at now: Duration) -> Action {
    switch phases[place] {
    case nil: return .nothing
    case .shown(let since, _):
      hide(place, since, now)
      return .hide
    case .held(let since, _):
      enter(.held(since: since, until: nil), place)
      return .nothing
    }
  }

  /// The participant has left.
  mutating func left(_ place: Place) -> Action {
    defer { remove(place) }
    if case .shown = phases[place] { return .hide }
    return .nothing
  }

  /// Nobody is told anything more of a conversation.
  mutating func closed(_ conversation: ConversationID) {
    for place in phases.keys where place.conversation == conversation { remove(place) }
  }

  /// What has come of time alone; ask until there is nothing.
  mutating func popDue(_ now: Duration) -> (place: Place, action: Action)? {
    while let place = deadlines.popDue(now) {
      switch phases[place] {
      case .shown(let since, _):
        hide(place, since, now)
        return (place, .hide)
      case .held(_, let until):
        guard let until, until > now else {
          remove(place)
          continue
        }
        enter(.shown(since: now, until: until), place)
        return (place, .show)
      case nil: continue
      }
    }
    return nil
  }

  private mutating func hide(_ place: Place, _ since: Duration, _ now: Duration) {
    if now - since >= Self.interval {
      remove(place)
    } else {
      enter(.held(since: since, until: nil), place)
    }
  }

  private mutating func enter(_ phase: Phase, _ place: Place) {
    phases[place] = phase
    switch phase {
    case .shown(_, let until): deadlines.set(place, until)
    case .held(let since, _): deadlines.set(place, since + Self.interval)
    }
  }

  private mutating func remove(_ place: Place) {
    guard phases.removeValue(forKey: place) != nil else { return }
    deadlines.set(place, nil)
    let count = placeCounts[place.user, default: 0] - 1
    placeCounts[place.user] = count > 0 ? count : nil
  }

  /// How long one signal lasts.
  static let lifetime = Duration.seconds(6)
  /// How often somebody is shown to begin, in one conversation.
  static let interval = Duration.seconds(1)
  /// Conversations in which one user types at a time.
  static let placesMax = 8
}
