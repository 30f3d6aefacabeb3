import NIOCore
import Synchronization
import TTRPCWire

/// Decides which connections a server takes, over all of its listeners.
final class ConnectionAdmission: Sendable {
  enum Verdict: Equatable {
    case admitted
    /// There are as many as there may be: wait until one has closed.
    case full
    case refused(ServerLimit)
  }

  private struct State {
    var open = 0
    var addresses: AddressTable
    var waiting: [@Sendable () -> Void] = []
  }

  private let connectionsMax: Int
  private let includesLoopback: Bool
  private let now: @Sendable () -> NIODeadline
  private let state: Mutex<State>

  init(
    _ configuration: ServerConfiguration,
    now: @escaping @Sendable () -> NIODeadline = { .now() }
  ) {
    connectionsMax = configuration.connectionsMax
    includesLoopback = configuration.perAddressLimitsIncludeLoopback
    self.now = now
    state = Mutex(
      State(
        addresses: AddressTable(
          connectionsMax: configuration.connectionsPerAddressMax,
          perSecond: configuration.connectionsPerAddressPerSecond
        )
      )
    )
  }

  /// Counts a connection from an address, if it may be; `release` must follow then.
  ///
  /// - Parameter onRoom: kept when the server is full, and called once after a connection has
  ///   closed, on whichever thread.
  func admit(_ address: AddressKey?, onRoom: @escaping @Sendable () -> Void) -> Verdict {
    let time = Int64(clamping: now().uptimeNanoseconds)
    return state.withLock { state in
      if state.open >= connectionsMax {
        state.waiting.append(onRoom)
        return .full
      }
      if let counted = counted(address) {
        switch state.addresses.connected(counted, at: time) {
        case .admitted: break
        case .tooMany: return .refused(.connectionsPerAddress)
        case .tooFast: return .refused(.connectionsPerAddressPerSecond)
        }
      }
      state.open += 1
      return .admitted
    }
  }

  /// A connection that was admitted has closed.
  func release(_ address: AddressKey?) {
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
    guard let address, includesLoopback || !address.isLoopback else { return nil }
    return address
  }
}
