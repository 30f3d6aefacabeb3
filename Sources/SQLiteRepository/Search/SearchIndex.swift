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
    var waiters: [CheckedContinuation<Void, Never>] = []
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

  /// - Parameters:
  ///   - uptime: a clock that only goes forward.
  ///   - patience: for how long the writer waits for an index that does not move at all.
  init(
    _ files: SearchFiles,
    following log: DatabasePool,
    uptime: @escaping @Sendable () -> Duration,
    patience: DispatchTimeInterval = .seconds(5),
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

  /// Something was committed, up to here. Starts the thread if it rests.
  func committed(_ head: EventPosition) {
    let now = uptime()
    start { $0.progress.committed(head, at: now) }
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

  /// Returns when everything that was committed before is in the index, or it has failed.
  func settle() async {
    await withCheckedContinuation { continuation in
      let isSettled = state.withLock { state in
        if !state.isRunning { return true }
        state.waiters.append(continuation)
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

  /// Changes the state on the thread of the index, and lets the writer look at it.
  private func change(_ body: (inout State) -> Void) {
    let isAwaited = state.withLock { state in
      body(&state)
      defer { state.isWriterWaiting = false }
      return state.isWriterWaiting
    }
    if isAwaited { moved.signal() }
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
        guard note(error) else { return rest() }
      }
    }
    rest()
  }

  /// What to do next; nil if there is nothing more.
  private func next() -> Step? {
    state.withLock { state in
      if state.isClosed { return nil }
      if state.isDamaged { return .remake }
      let isDone = state.progress.lag == 0
      return isDone ? nil : .index(after: state.progress.indexed, state.pool)
    }
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
      if !goesOn { state.progress.failed(at: now) }
    }
    if !goesOn {
      logger.error("the search index could not be written; it is tried again in a second")
    }
    return goesOn
  }

  private func rest() {
    var waiters: [CheckedContinuation<Void, Never>] = []
    change { state in
      state.isRunning = false
      waiters = state.waiters
      state.waiters = []
    }
    for waiter in waiters { waiter.resume() }
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
