import Dispatch
import GRDB

/// Keeps the connection that writes to itself until it is told to let go.
final class Hold: Sendable {
  private let released = DispatchSemaphore(value: 0)

  /// Returns when it has the connection.
  init(_ pool: DatabasePool) {
    let taken = DispatchSemaphore(value: 0)
    let released = released
    pool.asyncWriteWithoutTransaction { _ in
      taken.signal()
      released.wait()
    }
    taken.wait()
  }

  func release() { released.signal() }
}
