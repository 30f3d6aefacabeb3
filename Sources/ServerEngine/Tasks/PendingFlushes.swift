/// A connection whose answers wait for the end of a turn of its loop.
package protocol FlushedConnection: AnyObject {
  /// Sends everything that has been written. On the connection's loop.
  func flushNow()
}

/// The connections of one event loop that have something to say.
///
/// `@unchecked Sendable` is sound because it is touched on the loop only: it is private to the loop's
/// executor, which comes here when it drains, on the loop, and for a connection, which never leaves its
/// loop.
final class PendingFlushes: @unchecked Sendable {
  private var connections: [any FlushedConnection] = []
  /// Empty memory for the next ones.
  private var spare: [any FlushedConnection] = []

  var isEmpty: Bool { connections.isEmpty }

  /// - Returns: whether it is the first one.
  func append(_ connection: any FlushedConnection) -> Bool {
    connections.append(connection)
    return connections.count == 1
  }

  /// Flushes those that wait now. What they add meanwhile waits for the next time, and a flush may
  /// lead to another one before it has ended.
  func flush() {
    var waiting = connections
    connections = spare
    spare = []
    for connection in waiting { connection.flushNow() }
    waiting.removeAll(keepingCapacity: waiting.count <= Self.keptCapacity)
    spare = waiting
  }

  private static let keptCapacity = 4096
}
