import NIOCore
import Synchronization

/// Runs the tasks of async handlers on one event loop.
///
/// What becomes ready while the loop handles a read is run at the end of that read, so that its
/// answers go out in the same write; what becomes ready otherwise is run in one turn of the loop.
final class LoopExecutor: TaskExecutor {
  private struct State {
    var jobs: [UnownedJob] = []
    /// Empty memory for the next ones.
    var spare: [UnownedJob] = []
    /// Somebody will drain: a turn of the loop is scheduled, or a read is being handled.
    var isDrainComing = false

    mutating func take() -> [UnownedJob] {
      if jobs.isEmpty { isDrainComing = false }
      let taken = jobs
      jobs = spare
      spare = []
      return taken
    }
  }

  /// The tasks that run handlers here.
  let workers = HandlerWorkers()
  private let loop: any EventLoop
  private let state = Mutex(State())

  init(_ loop: any EventLoop) {
    self.loop = loop
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let needsTurn = state.withLock { state in
      state.jobs.append(job)
      if state.isDrainComing { return false }
      state.isDrainComing = true
      return true
    }
    if needsTurn { loop.execute { self.drain() } }
  }

  /// Says that `drain` will be called on the loop before it turns to anything else.
  func promiseDrain() {
    state.withLock { $0.isDrainComing = true }
  }

  /// Runs what is ready, and what becomes ready meanwhile, but not without end: a task that keeps
  /// yielding must not keep the loop from its sockets.
  func drain() {
    for _ in 0..<Self.roundsMax {
      var jobs = state.withLock { $0.take() }
      if jobs.isEmpty { return }
      for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
      if jobs.count > Self.keptCapacity { continue }
      jobs.removeAll(keepingCapacity: true)
      state.withLock { $0.spare = jobs }
    }
    loop.execute { self.drain() }
  }

  /// Ends the tasks that wait for handlers.
  func retireWorkers() async {
    let retired = loop.submit {
      self.promiseDrain()
      self.workers.retire()
      self.drain()
    }
    // Fails only when the loop has been shut down, and then nothing runs there any more.
    try? await retired.get()
  }

  private static let roundsMax = 16
  private static let keptCapacity = 4096
}
