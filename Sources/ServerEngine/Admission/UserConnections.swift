import Synchronization

/// How many connections each user has. It holds as many users as have one.
package final class UserConnections: Sendable {
  private let max: Int
  private let counts = Mutex<[String: Int]>([:])

  package init(max: Int) {
    self.max = max
  }

  /// Counts one more; `release` must follow if it may be.
  package func claim(_ user: String) -> Bool {
    counts.withLock { counts in
      let count = counts[user, default: 0]
      if count >= max { return false }
      counts[user] = count + 1
      return true
    }
  }

  /// A connection that was counted has closed.
  package func release(_ user: String) {
    counts.withLock { counts in
      guard let count = counts[user] else { return }
      counts[user] = count > 1 ? count - 1 : nil
    }
  }

  /// Users that have a connection.
  package var userCount: Int { counts.withLock { $0.count } }
}
