import ChatModel

/// How far the full-text index is behind the log, in events and in time, and whether the writer has
/// to wait for it.
struct SearchProgress {
  /// By how much the index may be behind before the writer waits: less than it does in a second.
  static let lagMax: Int64 = 8_000
  /// How old the oldest event may be that is not in the index. With what one transaction of the index
  /// takes, it is found within a second.
  static let ageMax = Duration.milliseconds(800)
  /// After a failure nothing is tried for so long.
  static let retryDelay = Duration.seconds(1)

  /// Commits within this time count as one, of the time of the first.
  private static let markDistance = Duration.milliseconds(10)
  /// While nothing can be indexed, the youngest commits count as one.
  private static let marksMax = 256

  private struct Mark {
    var head: EventPosition
    let at: Duration
  }

  private(set) var head: EventPosition
  private(set) var indexed: EventPosition
  /// Whether the last attempt failed.
  private(set) var hasFailed = false
  /// Whether the index misses more than it ever does beside a server that runs: it is being made, or
  /// was left far behind.
  private(set) var isCatchingUp: Bool
  private var marks: [Mark] = []
  private var retryAt = Duration.zero
  /// How far it was behind when it was opened, beyond which it must not fall.
  private let backlog: Int64

  init(head: EventPosition, indexed: EventPosition, at now: Duration) {
    self.head = head
    self.indexed = indexed
    backlog = max(0, head.rawValue - indexed.rawValue)
    isCatchingUp = backlog > Self.lagMax
    if backlog > 0 { marks = [Mark(head: head, at: now)] }
  }

  /// Events that are in the log and not in the index.
  var lag: Int64 { max(0, head.rawValue - indexed.rawValue) }

  /// For how long the oldest of them has been in the log, as far as this process has seen.
  func age(at now: Duration) -> Duration {
    marks.first.map { max(.zero, now - $0.at) } ?? .zero
  }

  /// Whether something has been missing for so long that nothing more is gathered.
  func isLate(at now: Duration) -> Bool { age(at: now) > Self.ageMax / 2 }

  /// Whether there is something to do that may be tried.
  func isDue(at now: Duration) -> Bool { lag > 0 && mayTry(at: now) }

  func mayTry(at now: Duration) -> Bool { !hasFailed || now >= retryAt }

  mutating func committed(_ newHead: EventPosition, at now: Duration) {
    guard newHead > head else { return }
    head = newHead
    if let last = marks.indices.last,
      marks.count >= Self.marksMax || now - marks[last].at < Self.markDistance
    {
      marks[last].head = newHead
    } else {
      marks.append(Mark(head: newHead, at: now))
    }
  }

  mutating func advanced(to position: EventPosition) {
    indexed = position
    hasFailed = false
    marks.removeAll { $0.head <= position }
    if lag <= Self.lagMax / 2 { isCatchingUp = false }
  }

  mutating func failed(at now: Duration) {
    hasFailed = true
    retryAt = now + Self.retryDelay
  }

  /// Whether the writer must wait until the index has got further. It never does for one that cannot
  /// be written: messages are worth more than finding them.
  ///
  /// - Parameter isWaiting: it does already, and goes on only when the index has gained on it.
  func mustWait(isWaiting: Bool, at now: Duration) -> Bool {
    if hasFailed { return false }
    // An index that is made anew takes longer than any sender would wait. It must only not fall
    // further behind than it was.
    if isCatchingUp { return lag > backlog + Self.lagMax }
    return isWaiting
      ? lag > Self.lagMax / 2 || age(at: now) > Self.ageMax / 2
      : lag > Self.lagMax || age(at: now) > Self.ageMax
  }
}
