import NIOCore
import Synchronization

/// The listeners and connections of a server, so that they can be counted and closed.
final class ConnectionRegistry: Sendable {
  struct Connection: Sendable {
    let channel: any Channel
    /// nil until the TLS handshake is complete.
    fileprivate(set) var handler: NIOLoopBound<ServerConnection>?
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
  /// - Returns: false when the server is closing.
  func add(_ channel: any Channel) -> Bool {
    let id = ObjectIdentifier(channel)
    let isAccepted = state.withLock { state in
      if state.isClosed { return false }
      state.connections[id] = Connection(channel: channel, handler: nil)
      return true
    }
    guard isAccepted else { return false }
    channel.closeFuture.whenComplete { _ in
      self.state.withLock { $0.connections[id] = nil }
    }
    return true
  }

  /// Notes what serves a connection that was added. On its loop.
  ///
  /// - Returns: false when the server is closing, or the connection has closed meanwhile.
  func attach(_ handler: ServerConnection, to channel: any Channel) -> Bool {
    let bound = NIOLoopBound(handler, eventLoop: channel.eventLoop)
    let id = ObjectIdentifier(channel)
    return state.withLock { state in
      guard !state.isClosed, state.connections[id] != nil else { return false }
      state.connections[id]?.handler = bound
      return true
    }
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

  /// Runs `body` for every connection that is served, on its loop, and closes the others.
  func forEach(_ body: @escaping @Sendable (ServerConnection) -> Void) {
    for connection in open {
      guard let handler = connection.handler else {
        connection.channel.close(promise: nil)
        continue
      }
      connection.channel.eventLoop.execute { body(handler.value) }
    }
  }

  /// Lets every connection end what runs on it, and returns when all are closed.
  ///
  /// - Parameter grace: how long calls may go on; after it they are ended with UNAVAILABLE. A task
  ///   that has been cancelled gives them no time.
  func drain(grace: Duration) async {
    await stopAccepting()
    forEach { $0.drain() }
    let channels = open.map(\.channel)
    await withTaskGroup { group in
      group.addTask {
        for channel in channels { try? await channel.closeFuture.get() }
      }
      group.addTask {
        // A task that has been cancelled waits for nothing, but connections must be closed all the
        // same: somebody waits for that. When they are, the group is cancelled and none is left.
        try? await Task.sleep(for: grace)
        self.forEach { $0.endDrain() }
        try? await Task.sleep(for: Self.closingTime)
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
