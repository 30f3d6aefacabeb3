package import NIOCore
import Synchronization

/// A connection that can end without cutting off what runs on it.
package protocol DrainingConnection: AnyObject, SendableMetatype {
  /// Takes no new calls, and closes once all calls have ended. On its loop.
  func drain()
  /// The time for what still runs is over. On its loop.
  func endDrain()
}

/// The listeners and connections of a server, so that they can be counted and closed.
package final class ConnectionRegistry<Served: DrainingConnection>: Sendable {
  package struct Connection: Sendable {
    package let channel: any Channel
    /// nil until the TLS handshake is complete.
    package fileprivate(set) var handler: NIOLoopBound<Served>?
  }

  private struct State {
    var listeners: [any Channel] = []
    var connections: [ObjectIdentifier: Connection] = [:]
    var isClosed = false
  }

  private let state = Mutex(State())

  package init() {}

  package var count: Int { state.withLock { $0.connections.count } }

  package func add(listener: any Channel) {
    let isClosed = state.withLock { state in
      if !state.isClosed { state.listeners.append(listener) }
      return state.isClosed
    }
    if isClosed { listener.close(promise: nil) }
  }

  /// Counts a connection until it closes.
  ///
  /// - Returns: false when the server is closing.
  package func add(_ channel: any Channel) -> Bool {
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
  package func attach(_ handler: Served, to channel: any Channel) -> Bool {
    let bound = NIOLoopBound(handler, eventLoop: channel.eventLoop)
    let id = ObjectIdentifier(channel)
    return state.withLock { state in
      guard !state.isClosed, state.connections[id] != nil else { return false }
      state.connections[id]?.handler = bound
      return true
    }
  }

  /// Refuses new connections from now on.
  package func stopAccepting() async {
    let listeners = state.withLock { state in
      state.isClosed = true
      defer { state.listeners = [] }
      return state.listeners
    }
    for listener in listeners { try? await listener.close().get() }
  }

  /// The connections that are open now.
  package var open: [Connection] { state.withLock { Array($0.connections.values) } }

  /// Runs `body` for every connection that is served, on its loop, and closes the others.
  package func forEach(_ body: @escaping @Sendable (Served) -> Void) {
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
  /// - Parameters:
  ///   - grace: how long calls may go on; after it they are ended with UNAVAILABLE. A task that has
  ///     been cancelled gives them no time.
  ///   - clock: measures it.
  package func drain(grace: Duration, clock: any Clock<Duration>) async {
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
        try? await clock.sleep(for: grace)
        self.forEach { $0.endDrain() }
        try? await clock.sleep(for: Self.closingTime)
        self.closeAll()
      }
      await group.next()
      group.cancelAll()
    }
  }

  /// How long peers may take to read their last answers.
  private static var closingTime: Duration { .seconds(3) }

  /// Closes every connection at once.
  package func closeAll() {
    for connection in open { connection.channel.close(promise: nil) }
  }
}
