import NIOCore
import ProtobufC
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
    var work: [@Sendable () -> Void] = []
    /// Somebody will drain: a turn of the loop is scheduled, or a read is being handled.
    var isDrainComing = false
    var isPaused = false

    /// Tasks first, so that one piece of work finds all that they have done.
    mutating func takeReady() -> (jobs: [UnownedJob], work: [@Sendable () -> Void]) {
      if jobs.isEmpty {
        if work.isEmpty {
          isDrainComing = false
          return ([], [])
        }
        defer { work.removeAll(keepingCapacity: work.count <= LoopExecutor.keptCapacity) }
        return ([], work)
      }
      let taken = jobs
      jobs = spare
      spare = []
      return (taken, [])
    }
  }

  /// The tasks that run handlers here.
  let workers = HandlerWorkers()
  private let loop: any EventLoop
  private let decodingBudget: DecodingBudget
  private let state = Mutex(State())

  init(_ loop: any EventLoop, decodingBudget: DecodingBudget) {
    self.loop = loop
    self.decodingBudget = decodingBudget
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    add { $0.jobs.append(job) }
  }

  /// Runs the work on the loop, after the tasks that are ready now.
  func soon(_ work: @escaping @Sendable () -> Void) {
    add { $0.work.append(work) }
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
  func promiseDrain() {
    decodingBudget.useOnThisThread()
    state.withLock { $0.isDrainComing = true }
  }

  /// Runs what is ready, and what becomes ready meanwhile, but not without end: a task that keeps
  /// yielding, or a stream whose peer takes all that is written, must not keep the loop from its
  /// sockets. The loop looks at them only once it has nothing to run, hence the pause.
  func drain() {
    decodingBudget.useOnThisThread()
    for _ in 0..<Self.roundsMax {
      let ready = state.withLock { $0.takeReady() }
      var jobs = ready.jobs
      if jobs.isEmpty && ready.work.isEmpty { return }
      for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
      for work in ready.work { work() }
      if jobs.isEmpty || jobs.count > Self.keptCapacity { continue }
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

  private static let roundsMax = 32
  private static let pause = TimeAmount.microseconds(50)
  private static let keptCapacity = 4096
}
