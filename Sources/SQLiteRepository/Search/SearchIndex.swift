import ChatModel
import ChatRepository
import Dispatch
import Foundation
import GRDB
import Logging
import Synchronization

/// Keeps the full-text index up to the log, in a file and on a thread of its own: a send does not
/// wait for it.
///
/// It reads what was committed and notes how far it has got in the transaction that indexes it, so a
/// crash loses nothing of it. When it falls too far behind, the writer waits for it; not for an index
/// that is made again from what was there before.
final class SearchIndex: Sendable {
  let pool: DatabasePool
  private let log: DatabasePool
  private let queue = DispatchQueue(label: "wardline.search")
  private let logger: Logger
  private let state: Mutex<State>

  private struct State {
    var isRunning = false
    var isClosed = false
    var hasFailed = false
    /// What was committed before the server was started ends here.
    let start: EventPosition
    var head: EventPosition
    var indexed: EventPosition
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  /// Events in one transaction of the index.
  private static let batch = 500
  /// Events by which the index may be behind before the writer waits: less than it does in a second.
  private static let lagMax: Int64 = 8_000

  init(_ pool: DatabasePool, following log: DatabasePool, logger: Logger) throws {
    self.pool = pool
    self.log = log
    self.logger = logger
    let indexed = try pool.read { db in
      try db.first("SELECT position FROM progress", []) { try $0.position() }
    }
    let head = try log.read { try Queries.headPosition($0) }
    state = Mutex(State(start: head, head: head, indexed: indexed ?? .zero))
  }

  /// Events that are in the log and not in the index.
  var lag: Int64 {
    state.withLock { max(0, $0.head.rawValue - $0.indexed.rawValue) }
  }

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
    let mustStart = state.withLock { state in
      state.head = max(state.head, head)
      guard !state.isRunning, !state.isClosed, state.indexed < state.head else { return false }
      state.isRunning = true
      return true
    }
    if mustStart { queue.async { self.catchUp() } }
  }

  /// Begins with what was committed before the server was started.
  func start() { committed(.zero) }

  /// Holds the writer's thread until the index is no more than half of the greatest lag behind.
  func wait() {
    guard isTooFarBehind(Self.lagMax) else { return }
    while isTooFarBehind(Self.lagMax / 2) { Thread.sleep(forTimeInterval: 0.001) }
  }

  private func isTooFarBehind(_ lag: Int64) -> Bool {
    state.withLock {
      $0.isRunning && !$0.hasFailed && $0.indexed >= $0.start
        && $0.head.rawValue - $0.indexed.rawValue > lag
    }
  }

  /// Returns when everything that was committed before is in the index, or it has failed.
  func settle() async {
    await withCheckedContinuation { continuation in
      let isSettled = state.withLock { state in
        if !state.isRunning || state.hasFailed { return true }
        state.waiters.append(continuation)
        return false
      }
      if isSettled { continuation.resume() }
    }
  }

  /// Stops, wherever it is: the rest is done at the next start.
  func close() async {
    state.withLock { $0.isClosed = true }
    await settle()
    try? pool.close()
  }

  private func catchUp() {
    while let position = next() {
      do {
        let reached = try index(after: position)
        state.withLock { $0.indexed = reached }
      } catch {
        logger.error("the search index could not be written; it is behind until the next commit")
        state.withLock { $0.hasFailed = true }
        rest()
        return
      }
    }
  }

  /// Where to go on; nil if there is nothing more to do.
  private func next() -> EventPosition? {
    let position = state.withLock { state in
      state.hasFailed = false
      let isDone = state.isClosed || state.indexed >= state.head
      return isDone ? nil : state.indexed
    }
    if position == nil { rest() }
    return position
  }

  private func rest() {
    let waiters = state.withLock { state in
      state.isRunning = false
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  private func index(after position: EventPosition) throws -> EventPosition {
    let (changes, reached) = try log.read { db in
      try SearchChange.changes(after: position, limit: Self.batch, db)
    }
    try pool.write { db in
      let statements = try SearchStatements(db)
      for change in changes { try statements.apply(change) }
      try db.run("UPDATE progress SET position = ?", [reached.rawValue])
    }
    return reached
  }
}
