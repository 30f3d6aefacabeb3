import NIOCore
import Synchronization

/// The listeners and connections of a server, so that they can be counted and closed.
final class ConnectionRegistry: Sendable {
  struct Connection: Sendable {
    let channel: any Channel
    let handler: NIOLoopBound<ServerConnection>
  }

  private struct State {
    var listeners: [any Channel] = []
    var connections: [ObjectIdentifier: Connection] = [:]
    var isClosed = false
  }

  private let state = Mutex(State())

  var count: Int { state.withLock { $0.connections.count } }

  func add(listener: any Channel) {
    let isClosed = state.withLock { state in
      if !state.isClosed { state.listeners.append(listener) }
      return state.isClosed
    }
    if isClosed { listener.close(promise: nil) }
  }

  /// Counts a connection until it closes.
  ///
  /// - Returns: false when there are as many as there may be, or the server is closing.
  func add(_ handler: ServerConnection, on channel: any Channel, limit: Int) -> Bool {
    let connection = Connection(
      channel: channel,
      handler: NIOLoopBound(handler, eventLoop: channel.eventLoop)
    )
    let id = ObjectIdentifier(channel)
    let isAccepted = state.withLock { state in
      if state.isClosed || state.connections.count >= limit { return false }
      state.connections[id] = connection
      return true
    }
    guard isAccepted else { return false }
    channel.closeFuture.whenComplete { _ in
      self.state.withLock { $0.connections[id] = nil }
    }
    return true
  }

  /// Refuses new connections from now on.
  func stopAccepting() async {
    let listeners = state.withLock { state in
      state.isClosed = true
      defer { state.listeners = [] }
      return state.listeners
    }
    for listener in listeners { try? await listener.close().get() }
  }

  /// The connections that are open now.
  var open: [Connection] { state.withLock { Array($0.connections.values) } }

  /// Runs `body` for every connection, on its loop.
  func forEach(_ body: @escaping @Sendable (ServerConnection) -> Void) {
    for connection in open {
      connection.channel.eventLoop.execute { body(connection.handler.value) }
    }
  }

  /// Lets every connection end what runs on it, and returns when all are closed.
  ///
  /// - Parameter grace: how long calls may go on; after it they are ended with UNAVAILABLE.
  func drain(grace: Duration) async {
    await stopAccepting()
    forEach { $0.drain() }
    let channels = open.map(\.channel)
    await withTaskGroup { group in
      group.addTask {
        for channel in channels { try? await channel.closeFuture.get() }
      }
      group.addTask {
        guard (try? await Task.sleep(for: grace)) != nil else { return }
        self.forEach { $0.endDrain() }
        guard (try? await Task.sleep(for: Self.closingTime)) != nil else { return }
        self.closeAll()
      }
      await group.next()
      group.cancelAll()
    }
  }

  /// How long peers may take to read their last answers.
  private static let closingTime = Duration.seconds(3)

  /// Closes every connection at once.
  func closeAll() {
    for connection in open { connection.channel.close(promise: nil) }
  }
}
