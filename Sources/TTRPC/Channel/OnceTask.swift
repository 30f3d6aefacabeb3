import Synchronization

/// Work that is done once, however many ask for it: all wait until it is done.
final class OnceTask: Sendable {
  private let task = Mutex<Task<Void, Never>?>(nil)

  func run(_ body: @escaping @Sendable () async -> Void) async {
    let running = task.withLock { task in
      if let task { return task }
      let started = Task { await body() }
      task = started
      return started
    }
    await running.value
  }
}
