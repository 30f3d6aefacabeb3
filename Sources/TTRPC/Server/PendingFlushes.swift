/// The connections of one event loop that have something to say.
///
/// `@unchecked Sendable` is sound because it is touched on the loop only: it is private to the loop's
/// executor, which comes here when it drains, on the loop, and for a `ServerConnection`, which never
/// leaves its loop.
final class PendingFlushes: @unchecked Sendable {
  private var connections: [ServerConnection] = []
  /// Empty memory for the next ones.
  private var spare: [ServerConnection] = []

  var isEmpty: Bool { connections.isEmpty }

  /// - Returns: whether it is the first one.
  func append(_ connection: ServerConnection) -> Bool {
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
