package import NIOCore
package import ProtobufC
import Synchronization

/// Runs the tasks of async handlers on one event loop.
///
/// What becomes ready while the loop handles a read is run at the end of that read, so that its
/// answers go out in the same write; what becomes ready otherwise is run in one turn of the loop.
package final class LoopExecutor: TaskExecutor {
  private struct State {
    var jobs: [UnownedJob] = []
    /// Empty memory for the next ones.
    var spare: [UnownedJob] = []
    /// Somebody will drain: a turn of the loop is scheduled, or a read is being handled.
    var isDrainComing = false
    var isPaused = false

    /// - Parameter isLast: nothing else is left to do when there are no tasks.
    mutating func takeJobs(isLast: Bool) -> [UnownedJob] {
      if jobs.isEmpty {
        if isLast { isDrainComing = false }
        return []
      }
      let taken = jobs
      jobs = spare
      spare = []
      return taken
    }
  }

  /// The tasks that run handlers here.
  package let workers = HandlerWorkers()
  private let flushes = PendingFlushes()
  private let loop: any EventLoop
  private let decodingBudget: DecodingBudget
  private let state = Mutex(State())

  package init(_ loop: any EventLoop, decodingBudget: DecodingBudget) {
    self.loop = loop
    self.decodingBudget = decodingBudget
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    add { $0.jobs.append(job) }
  }

  /// Flushes a connection of this loop after the tasks that are ready now, so that one write carries
  /// all that they have to say. To be called on the loop.
  package func flushSoon(_ connection: any FlushedConnection) {
    loop.assertInEventLoop()
    // For the others somebody drains already.
    if flushes.append(connection) { add { _ in } }
  }

  private func add(_ change: (inout State) -> Void) {
    let needsTurn = state.withLock { state in
      change(&state)
      if state.isDrainComing { return false }
      state.isDrainComing = true
      return true
    }
    if needsTurn { loop.execute { self.drain() } }
  }

  /// Says that `drain` will be called on the loop before it turns to anything else.
  package func promiseDrain() {
    decodingBudget.useOnThisThread()
    state.withLock { $0.isDrainComing = true }
  }

  /// Runs what is ready, and what becomes ready meanwhile, but not without end: a task that keeps
  /// yielding, or a stream whose peer takes all that is written, must not keep the loop from its
  /// sockets. The loop looks at them only once it has nothing to run, hence the pause.
  package func drain() {
    decodingBudget.useOnThisThread()
    for _ in 0..<Self.roundsMax {
      var jobs = state.withLock { $0.takeJobs(isLast: flushes.isEmpty) }
      if jobs.isEmpty {
        if flushes.isEmpty { return }
        flushes.flush()
        continue
      }
      for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
      if jobs.count > Self.keptCapacity { continue }
      jobs.removeAll(keepingCapacity: true)
      state.withLock { $0.spare = jobs }
    }
    drainAfterPause()
  }

  private func drainAfterPause() {
    let isFirst = state.withLock { state in
      defer { state.isPaused = true }
      return !state.isPaused
    }
    if !isFirst { return }
    loop.scheduleTask(in: Self.pause) {
      self.state.withLock { $0.isPaused = false }
      self.drain()
    }
  }

  /// Ends the tasks that wait for handlers, and returns when they have ended.
  package func retireWorkers() async {
    // Fails only when the loop has been shut down, and then nothing runs there any more.
    try? await retire().get()
  }

  /// Ends the tasks that wait for handlers in a turn of the loop.
  @discardableResult
  package func retire() -> EventLoopFuture<Void> {
    loop.submit {
      self.promiseDrain()
      self.workers.retire()
      self.drain()
    }
  }

  private static let roundsMax = 32
  private static let pause = TimeAmount.microseconds(50)
  private static let keptCapacity = 4096
}
