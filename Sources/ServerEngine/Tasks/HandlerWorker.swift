/// A call whose handler a worker runs.
package protocol WorkedCall: AnyObject {
  /// The handler has returned. The worker is another call's from now on.
  func handlerReturned()
}

/// A task that runs async handlers on one event loop, one after another.
///
/// A task for every call took 6,000 instructions to make, start and end; waking one that waits takes
/// a quarter of that.
///
/// `@unchecked Sendable` is sound because everything here is touched on the loop only. The task runs
/// there too, for its executor is the loop's: also what follows a handler that has been elsewhere.
package final class HandlerWorker: @unchecked Sendable {
  private var call: (any WorkedCall)?
  private var body: (@Sendable () async -> Void)?
  private var task: Task<Void, Never>?
  private var waiting: UnsafeContinuation<Void, Never>?
  /// Whether the task was cancelled, which cannot be taken back.
  private var isSpent = false

  /// Runs the handler of a call once what is ready on the loop before it has run.
  package func run(
    _ body: @escaping @Sendable () async -> Void,
    for call: any WorkedCall,
    on executor: LoopExecutor
  ) {
    self.call = call
    self.body = body
    if let waiting {
      self.waiting = nil
      waiting.resume()
    } else {
      task = Task(executorPreference: executor) { await self.work(executor.workers) }
    }
  }

  /// Cancels the handler that runs. Not to be called once it has ended.
  package func cancel() {
    isSpent = true
    task?.cancel()
  }

  /// Ends the task, which waits for a handler.
  func retire() {
    waiting?.resume()
    waiting = nil
  }

  private func work(_ workers: HandlerWorkers) async {
    while body != nil {
      await runHandler()
      if isSpent || !workers.keep(self) { break }
      await withUnsafeContinuation { waiting = $0 }
    }
    // The task holds the worker, and the worker the task.
    task = nil
  }

  /// A function of its own, so that a worker that waits holds nothing of the last call: the body holds
  /// the call, and the call its connection.
  private func runHandler() async {
    await body.take()?()
    call?.handlerReturned()
    call = nil
  }
}

/// The workers of one event loop that have nothing to do.
///
/// `@unchecked Sendable` is sound because it is touched on the loop only.
package final class HandlerWorkers: @unchecked Sendable {
  private var idle: [HandlerWorker] = []
  private var isRetired = false

  /// A worker that waits, or a new one.
  package func take() -> HandlerWorker {
    idle.popLast() ?? HandlerWorker()
  }

  /// Keeps a worker for the next handler.
  ///
  /// - Returns: false when there are enough of them, or no more are wanted.
  func keep(_ worker: HandlerWorker) -> Bool {
    if isRetired || idle.count >= Self.idleMax { return false }
    idle.append(worker)
    return true
  }

  /// Ends the workers that wait now, and the others once their handlers have ended.
  func retire() {
    isRetired = true
    for worker in idle { worker.retire() }
    idle = []
  }

  /// A few kilobytes each, so that a busy time costs no more than a megabyte afterwards.
  private static let idleMax = 256
}
