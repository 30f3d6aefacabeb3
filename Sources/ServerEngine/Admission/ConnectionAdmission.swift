package import NIOCore
import Synchronization

/// Decides which connections a server takes, over all of its listeners.
package final class ConnectionAdmission: Sendable {
  /// How many connections there may be.
  package struct Limits: Sendable {
    /// At the same time.
    package let connections: Int
    /// At the same time from one address.
    package let perAddress: Int
    /// New ones a second from one address.
    package let perAddressPerSecond: Int
    /// Whether the limits of an address hold for this machine's too.
    package let includesLoopback: Bool

    package init(
      connections: Int,
      perAddress: Int,
      perAddressPerSecond: Int,
      includesLoopback: Bool
    ) {
      self.connections = connections
      self.perAddress = perAddress
      self.perAddressPerSecond = perAddressPerSecond
      self.includesLoopback = includesLoopback
    }
  }

  /// A limit that keeps a connection from being taken.
  package enum Limit: Sendable, Hashable {
    case connections
    case perAddress
    case perAddressPerSecond
  }

  package enum Verdict: Equatable {
    case admitted
    /// There are as many as there may be: wait until one has closed.
    case full
    case refused(Limit)
  }

  private struct State {
    var open = 0
    var addresses: AddressTable
    var waiting: [@Sendable () -> Void] = []
  }

  private let limits: Limits
  private let now: @Sendable () -> NIODeadline
  private let state: Mutex<State>

  package init(
    _ limits: Limits,
    now: @escaping @Sendable () -> NIODeadline = { .now() }
  ) {
    self.limits = limits
    self.now = now
    state = Mutex(
      State(
        addresses: AddressTable(
          connectionsMax: limits.perAddress,
          perSecond: limits.perAddressPerSecond
        )
      )
    )
  }

  /// Counts a connection from an address, if it may be; `release` must follow then.
  ///
  /// - Parameter onRoom: kept when the server is full, and called once after a connection has
  ///   closed, on whichever thread.
  package func admit(_ address: AddressKey?, onRoom: @escaping @Sendable () -> Void) -> Verdict {
    let time = Int64(clamping: now().uptimeNanoseconds)
    return state.withLock { state in
      if state.open >= limits.connections {
        state.waiting.append(onRoom)
        return .full
      }
      if let counted = counted(address) {
        switch state.addresses.connected(counted, at: time) {
        case .admitted: break
        case .tooMany: return .refused(.perAddress)
        case .tooFast: return .refused(.perAddressPerSecond)
        }
      }
      state.open += 1
      return .admitted
    }
  }

  /// A connection that was admitted has closed.
  package func release(_ address: AddressKey?) {
    let time = Int64(clamping: now().uptimeNanoseconds)
    let waiting = state.withLock { state in
      state.open -= 1
      if let counted = counted(address) { state.addresses.disconnected(counted, at: time) }
      defer { state.waiting = [] }
      return state.waiting
    }
    for wake in waiting { wake() }
  }

  private func counted(_ address: AddressKey?) -> AddressKey? {
    guard let address, limits.includesLoopback || !address.isLoopback else { return nil }
    return address
  }
}
