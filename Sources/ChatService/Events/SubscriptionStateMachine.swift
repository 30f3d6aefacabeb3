import ChatModel

/// One subscriber's way through the log: reads pages until it has caught up, takes events as they
/// happen, and goes back to pages when its reader is slow.
///
/// Whatever happens, `position` is the last place up to which the reader has been given everything,
/// so memory is bounded, nothing is dropped and nothing comes twice.
struct SubscriptionStateMachine {
  enum Phase: Equatable {
    /// A page is being read.
    case reading
    /// Events come as they happen.
    case live
    /// The reader has no credit; nothing is read for it.
    case parked
    case ended
  }

  /// What to do next.
  enum Action: Equatable {
    case readPage(after: EventPosition)
    /// Ask the hub for events as they happen; it may answer that more was committed meanwhile.
    case joinLive(at: EventPosition)
    case nothing
  }

  private(set) var phase = Phase.reading
  private(set) var position: EventPosition
  /// Whether something may have happened meanwhile that is in no log.
  private var hasGap = false

  init(after position: EventPosition) {
    self.position = position
  }

  /// The page that was asked for has been delivered whole.
  mutating func pageDelivered(reached: EventPosition, reachedHead: Bool) -> Action {
    guard phase == .reading else { return .nothing }
    position = max(position, reached)
    return reachedHead ? .joinLive(at: position) : .readPage(after: position)
  }

  /// The hub has let the subscription join, or has more that was not read.
  mutating func joined(_ hasJoined: Bool) -> Action {
    guard phase == .reading else { return .nothing }
    if hasJoined {
      phase = .live
      return .nothing
    }
    return .readPage(after: position)
  }

  /// Whether an event that has just happened is to be delivered.
  mutating func wants(_ event: EventPosition) -> Bool {
    phase == .live && event > position
  }

  /// An event was given to the reader.
  mutating func delivered(_ event: EventPosition) {
    position = max(position, event)
  }

  /// The reader takes no more for now.
  mutating func creditExhausted() {
    if phase == .ended { return }
    phase = .parked
    hasGap = true
  }

  /// Whether the reader, who is live again, is to be told that they have missed something.
  mutating func takeGap() -> Bool {
    guard phase == .live, hasGap else { return false }
    hasGap = false
    return true
  }

  /// The reader takes more again.
  mutating func creditReturned() -> Action {
    guard phase == .parked else { return .nothing }
    phase = .reading
    return .readPage(after: position)
  }

  /// While the subscription is live, everything that the loop has seen is dealt with.
  mutating func passed(_ position: EventPosition) {
    if phase == .live { self.position = max(self.position, position) }
  }

  mutating func end() {
    phase = .ended
  }
}
