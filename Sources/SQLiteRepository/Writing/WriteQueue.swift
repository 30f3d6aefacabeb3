import ChatModel
import ChatRepository
import GRDB
import Logging
import Synchronization

/// Gathers the writes of all callers and commits them in groups, on the one connection that writes.
///
/// While a group is being written the next one gathers, so the cost of a sync is shared by as many
/// writes as arrive within one.
final class WriteQueue: Sendable {
  private struct State {
    var waiting: [WriteJob] = []
    /// Waiting or being written.
    var pendingCount = 0
    var isDraining = false
    /// Why no more is accepted.
    var refusal: ChatError?
    /// Why what waits is not written either: set by a failure that lasts.
    var failure: ChatError?
    var idleWaiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())
  private let pool: DatabasePool
  private let pendingMax: Int
  private let batchMax: Int
  private let commits: GroupCommit
  private let logger: Logger

  init(
    _ configuration: SQLiteConfiguration,
    pool: DatabasePool,
    commits: GroupCommit,
    logger: Logger
  ) {
    self.pool = pool
    self.pendingMax = configuration.pendingWritesMax
    self.batchMax = max(1, configuration.batchWritesMax)
    self.commits = commits
    self.logger = logger
  }

  /// Writes that wait or run.
  var pendingCount: Int { state.withLock { $0.pendingCount } }

  /// Puts a write in line, or answers at once why not.
  func submit(_ job: WriteJob) {
    var mustStart = false
    let refusal: ChatError? = state.withLock { state in
      if let refusal = state.refusal { return refusal }
      if state.pendingCount >= max(1, pendingMax * job.quarters / 4) { return .resourceExhausted }
      state.waiting.append(job)
      state.pendingCount += 1
      mustStart = !state.isDraining
      state.isDraining = true
      return nil
    }
    if let refusal {
      job.executor.execute(job.fail(refusal))
    } else if mustStart {
      pool.asyncWriteWithoutTransaction { db in self.drain(db) }
    }
  }

  /// Refuses what comes from now on, and returns when everything before is answered.
  func close() async {
    await withCheckedContinuation { continuation in
      let isIdle = state.withLock { state in
        state.refusal = state.refusal ?? .unavailable
        if state.isDraining { state.idleWaiters.append(continuation) }
        return !state.isDraining
      }
      if isIdle { continuation.resume() }
    }
  }

  /// Writes until nothing waits. Runs on GRDB's writer queue, never twice at a time.
  private func drain(_ db: Database) {
    while let jobs = takeWaiting() {
      var start = 0
      while start < jobs.count {
        let end = min(start + batchMax, jobs.count)
        write(jobs[start..<end], db)
        start = end
      }
      state.withLock { $0.pendingCount -= jobs.count }
    }
  }

  private func takeWaiting() -> [WriteJob]? {
    let (jobs, waiters): ([WriteJob]?, [CheckedContinuation<Void, Never>]) = state.withLock {
      state in
      if !state.waiting.isEmpty {
        let jobs = state.waiting
        state.waiting = []
        return (jobs, [])
      }
      state.isDraining = false
      let waiters = state.idleWaiters
      state.idleWaiters = []
      return (nil, waiters)
    }
    for waiter in waiters { waiter.resume() }
    return jobs
  }

  private func write(_ jobs: ArraySlice<WriteJob>, _ db: Database) {
    if let failure = state.withLock({ $0.failure }) { return answer(jobs, failure) }
    do {
      try commits.commit(jobs, db)
    } catch {
      let failure = StorageFailure(error)
      if case .constraint = failure, jobs.count > 1 {
        // Whose fault it was shows when each runs alone.
        for index in jobs.indices { write(jobs[index...index], db) }
        return
      }
      if case .passing(.resourceExhausted) = failure, isRecorded(jobs, failure, db) { return }
      note(failure, error, writes: jobs.count)
      answer(jobs, failure.answer)
    }
  }

  /// There was no room for a group. Changes are refused; calls that change nothing may still be
  /// recorded, by themselves or in the reserve of the audit.
  ///
  /// - Returns: whether all of the group are answered.
  private func isRecorded(
    _ jobs: ArraySlice<WriteJob>,
    _ failure: StorageFailure,
    _ db: Database
  ) -> Bool {
    let changes = jobs.filter { $0.record == nil }
    guard changes.isEmpty else {
      let records = jobs.filter { $0.record != nil }
      guard !records.isEmpty else { return false }
      answer(changes[...], failure.answer)
      write(records[...], db)
      return true
    }
    do {
      try commits.reserve(jobs.compactMap(\.record), db)
    } catch {
      return false
    }
    var answers = AnswerGroups()
    for job in jobs {
      if case .record(_, let answer) = job.work { answers.add(answer, on: job.executor) }
    }
    answers.deliver()
    return true
  }

  private func note(_ failure: StorageFailure, _ error: any Error, writes: Int) {
    let code = (error as? DatabaseError)?.extendedResultCode.description ?? "\(type(of: error))"
    logger.error("writes failed", metadata: ["sqlite": "\(code)", "writes": "\(writes)"])
    guard case .lasting(let refusal) = failure else { return }
    state.withLock {
      $0.refusal = refusal
      $0.failure = refusal
    }
    logger.critical("no more is written until the server is started again")
  }

  private func answer(_ jobs: ArraySlice<WriteJob>, _ error: ChatError) {
    var answers = AnswerGroups()
    for job in jobs { answers.add(job.fail(error), on: job.executor) }
    answers.deliver()
  }
}
