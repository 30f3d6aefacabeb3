import Synchronization

/// Closes a connection on which nothing has been heard for too long. Ends with its owner.
final class SilenceWatch: Sendable {
  private final class Ear: Sendable {
    let hasHeard = Atomic(true)
  }

  private let ear = Ear()
  private let task: Task<Void, Never>

  init(over connection: any ServerConnection, limit: Duration, clock: any Clock<Duration>) {
    task = Task { [ear] in
      // Looks once per period, so that hearing costs one store and no timer is moved.
      while ear.hasHeard.exchange(false, ordering: .relaxed) {
        do { try await clock.sleep(for: limit) } catch { return }
      }
      await connection.close()
    }
  }

  deinit { task.cancel() }

  /// Something has come.
  func heard() {
    ear.hasHeard.store(true, ordering: .relaxed)
  }
}
