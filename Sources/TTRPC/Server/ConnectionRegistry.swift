import NIOCore
import Synchronization

/// The listeners and connections of a server, so that they can be counted and closed.
final class ConnectionRegistry: Sendable {
  private struct State {
    var listeners: [any Channel] = []
    var channels: [ObjectIdentifier: any Channel] = [:]
    var isClosed = false
  }

  private let state = Mutex(State())

  var count: Int { state.withLock { $0.channels.count } }

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
      state.channels[id] = channel
      return true
    }
    guard isAccepted else { return false }
    channel.closeFuture.whenComplete { _ in
      self.state.withLock { $0.channels[id] = nil }
    }
    return true
  }

  func closeAll() async {
    let (listeners, channels) = state.withLock { state in
      state.isClosed = true
      defer { state.listeners = [] }
      return (state.listeners, Array(state.channels.values))
    }
    for channel in listeners + channels { try? await channel.close().get() }
  }
}
