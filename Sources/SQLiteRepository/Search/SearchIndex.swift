import ChatModel
import ChatRepository
import Dispatch
import GRDB
import Logging
import Synchronization

/// Keeps the full-text index up to the log, in a file and on a thread of its own: a send does not
/// wait for it.
///
/// It reads what was committed and notes how far it has got in the transaction that indexes it, so a
/// crash loses nothing of it. When it falls too far behind, the writer waits for it. When it cannot be
/// written, the writer does not; when it is damaged, it is made anew.
final class SearchIndex: Sendable {
  private struct State {
    var pool: DatabasePool
    var progress: SearchProgress
    var isRunning = false
    var isClosed = false
    /// The file must be made anew first.
    var isDamaged = false
    /// It was made anew, and nothing has been written to it since.
    var isFresh = false
    var isWriterWaiting = false
    /// A start is due soon.
    var isGathering = false
    var waiters: [Waiter] = []

    /// Whether everything up to a position can be found.
    func has(_ target: EventPosition) -> Bool { !isDamaged && progress.indexed >= target }

    /// Those who need not wait any more, or for whom nothing more is done.
    mutating func takeServed() -> [Waiter] {
      if waiters.isEmpty { return [] }
      let served = waiters.filter { !isRunning || has($0.target) }
      waiters = waiters.filter { isRunning && !has($0.target) }
      return served
    }
  }

  /// Somebody who waits until everything up to a position is in the index.
  private struct Waiter {
    let target: EventPosition
    let continuation: CheckedContinuation<Void, Never>
  }

  private enum Step {
    case index(after: EventPosition, DatabasePool)
    case remake
  }

  private let files: SearchFiles
  private let log: DatabasePool
  private let queue = DispatchQueue(label: "wardline.search")
  /// Is signalled when the index has moved while the writer waits.
  private let moved = DispatchSemaphore(value: 0)
  private let uptime: @Sendable () -> Duration
  private let patience: DispatchTimeInterval
  private let logger: Logger
  private let state: Mutex<State>

  /// Events in one transaction of the index.
  private static let batch = 500
  /// For how long it gathers what is sent, as long as that is less than a transaction holds: one of a
  /// single message costs more than its send, and a search does not wait for it.
  private static let gatherTime = DispatchTimeInterval.milliseconds(100)
  /// So many events are indexed within a few hundredths of a second.
  private static let nearLag: Int64 = 1_000

  /// - Parameters:
  ///   - uptime: a clock that only goes forward.
  ///   - patience: for how long the writer waits for an index that does not move at all.
  init(
    _ files: SearchFiles,
    following log: DatabasePool,
    uptime: @escaping @Sendable () -> Duration,
    patience: DispatchTimeInterval,
    logger: Logger
  ) throws {
    self.files = files
    self.log = log
    self.uptime = uptime
    self.patience = patience
    self.logger = logger
    let (pool, indexed) = try files.openSound(logger)
    let head = try log.read { try Queries.headPosition($0) }
    let progress = SearchProgress(head: head, indexed: indexed, at: uptime())
    state = Mutex(State(pool: pool, progress: progress))
  }

  var pool: DatabasePool { state.withLock { $0.pool } }

  var condition: SearchCondition {
    let now = uptime()
    return state.withLock { state in
      SearchCondition(
        lag: state.progress.lag,
        age: state.progress.age(at: now),
        isFailing: state.progress.hasFailed,
        isCatchingUp: state.progress.isCatchingUp || state.isDamaged
      )
    }
  }

  /// Whether the writer waits at the moment.
  var isHoldingWriter: Bool { state.withLock { $0.isWriterWaiting } }

  /// A listener that tells the index of a commit, then the other one, and then waits if the index
  /// is too far behind: whoever else is told is not held up.
  func told(before other: @escaping CommitListener) -> CommitListener {
    { events in
      if let head = events.last?.position { self.committed(head) }
      other(events)
      self.wait()
    }
  }

  /// Something was committed, up to here. Starts the thread, soon, if it rests.
  func committed(_ head: EventPosition) {
    let now = uptime()
    let (hasEnough, mustSchedule) = state.withLock { state in
      state.progress.committed(head, at: now)
      let hasEnough = state.progress.lag >= Self.batch || state.progress.isLate(at: now)
      let mustSchedule = !hasEnough && !state.isRunning && !state.isGathering && !state.isClosed
      if mustSchedule { state.isGathering = true }
      return (hasEnough, mustSchedule)
    }
    if hasEnough {
      goOn()
    } else if mustSchedule {
      queue.asyncAfter(deadline: .now() + Self.gatherTime) { [weak self] in self?.gathered() }
    }
  }

  private func gathered() {
    state.withLock { $0.isGathering = false }
    goOn()
  }

  /// Goes on with what is left to do: from before the server was started, or after a failure.
  func goOn() { start { _ in } }

  /// Somebody found the index damaged.
  func foundDamaged() { start { $0.isDamaged = true } }

  private func start(_ change: (inout State) -> Void) {
    let now = uptime()
    let mustStart = state.withLock { state in
      change(&state)
      guard !state.isRunning, !state.isClosed else { return false }
      state.isRunning =
        state.progress.isDue(at: now) || state.isDamaged && state.progress.mayTry(at: now)
      return state.isRunning
    }
    if mustStart { queue.async { self.catchUp() } }
  }

  /// Holds the writer's thread while the index is too far behind and gets on.
  func wait() {
    var isWaiting = false
    while mustWait(isWaiting) {
      isWaiting = true
      guard moved.wait(timeout: .now() + patience) == .success else { return giveUp() }
    }
  }

  private func mustWait(_ isWaiting: Bool) -> Bool {
    let now = uptime()
    return state.withLock { state in
      state.isWriterWaiting =
        state.isRunning && !state.isClosed
        && state.progress.mustWait(isWaiting: isWaiting, at: now)
      return state.isWriterWaiting
    }
  }

  private func giveUp() {
    let now = uptime()
    state.withLock { state in
      state.isWriterWaiting = false
      state.progress.failed(at: now)
    }
    logger.error("the search index does not get on; writes do not wait for it any more")
  }

  /// Has a search find what was sent before it, unless so much is missing that it would take long.
  func settleIfNear() async {
    if state.withLock({ $0.progress.lag }) <= Self.nearLag { await settle() }
  }

  /// Returns when everything that was committed before is in the index, or it has failed.
  func settle() async {
    goOn()
    await withCheckedContinuation { continuation in
      let isSettled = state.withLock { state in
        let target = state.progress.head
        if !state.isRunning || state.has(target) { return true }
        state.waiters.append(Waiter(target: target, continuation: continuation))
        return false
      }
      if isSettled { continuation.resume() }
    }
  }

  /// Stops, wherever it is: the rest is done at the next start.
  func close() async {
    change { $0.isClosed = true }
    await settle()
    try? pool.close()
  }

  /// Changes the state on the thread of the index, and lets those who wait look at it.
  private func change(_ body: (inout State) -> Void) {
    let (isAwaited, served) = state.withLock { state in
      body(&state)
      defer { state.isWriterWaiting = false }
      return (state.isWriterWaiting, state.takeServed())
    }
    if isAwaited { moved.signal() }
    for waiter in served { waiter.continuation.resume() }
  }

  private func catchUp() {
    while let step = next() {
      do {
        switch step {
        case .index(let position, let pool):
          let reached = try index(after: position, pool)
          change { state in
            state.progress.advanced(to: reached)
            state.isFresh = false
          }
        case .remake: try remake()
        }
      } catch {
        guard note(error) else { return }
      }
    }
  }

  /// What to do next; nil if there is nothing more, and then it rests: what is committed from now on
  /// starts it again.
  private func next() -> Step? {
    var step: Step?
    change { state in
      if !state.isClosed && state.isDamaged {
        step = .remake
      } else if !state.isClosed && state.progress.lag > 0 {
        step = .index(after: state.progress.indexed, state.pool)
      } else {
        state.isRunning = false
      }
    }
    return step
  }

  /// - Returns: whether to go on at once.
  private func note(_ error: any Error) -> Bool {
    let now = uptime()
    let isDamage = error is SearchFiles.Damage
    var goesOn = false
    change { state in
      state.isDamaged = state.isDamaged || isDamage
      // One that is damaged right after it was made will be again.
      goesOn = isDamage && !state.isFresh
      if goesOn { return }
      state.progress.failed(at: now)
      state.isRunning = false
    }
    if !goesOn {
      logger.error("the search index could not be written; it is tried again in a second")
    }
    return goesOn
  }

  private func remake() throws {
    logger.warning("the search index is damaged and made anew")
    let (pool, indexed) = try files.remake()
    let now = uptime()
    change { state in
      // Searches that read the old file keep it until they end.
      state.pool = pool
      let head = state.progress.head
      state.progress = SearchProgress(head: head, indexed: indexed, at: now)
      state.isDamaged = false
      state.isFresh = true
    }
  }

  private func index(after position: EventPosition, _ pool: DatabasePool) throws -> EventPosition {
    let (changes, reached) = try log.read { db in
      try SearchChange.changes(after: position, limit: Self.batch, db)
    }
    try SearchFiles.noticingDamage {
      try pool.write { db in
        let statements = try SearchStatements(db)
        for change in changes { try statements.apply(change) }
        try db.run("UPDATE progress SET position = ?", [reached.rawValue])
      }
    }
    return reached
  }
}
