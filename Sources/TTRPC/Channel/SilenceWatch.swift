import Synchronization

/// Notices that a reader has waited for a message for too long. Ends with its owner.
final class SilenceWatch: Sendable {
  /// Odd while the reader waits; every change counts.
  private final class Reader: Sendable {
    let changes = Atomic(0)
  }

  private let reader = Reader()
  private let task: Task<Void, Never>

  /// - Parameter limit: silence is noticed after this time, and before twice this time.
  init(_ limit: Duration, clock: ChannelClock, onSilence: @escaping @Sendable () -> Void) {
    task = Task { [reader] in
      // Looks once per period, so that reading costs two additions and no timer is moved.
      var last = 0
      while true {
        do { try await clock.sleep(limit) } catch { return }
        let changes = reader.changes.load(ordering: .relaxed)
        if changes == last && !changes.isMultiple(of: 2) { return onSilence() }
        last = changes
      }
    }
  }

  deinit { task.cancel() }

  /// The reader begins to wait, or has waited.
  func turn() {
    reader.changes.add(1, ordering: .relaxed)
  }
}
