public import ServiceAPI
import Synchronization

/// Whether a server and each of its services takes calls. The server as a whole has the empty name.
///
/// May be used from any thread.
public final class ServingStates: Sendable {
  public typealias Status = HealthCheckResponse.ServingStatus

  private struct State {
    var statuses: [String: Status]
    var isDraining = false
    var observers: [Int: @Sendable () -> Void] = [:]
    var nextObserver = 0
  }

  private let state: Mutex<State>

  /// Nothing is served until `set` says so.
  ///
  /// - Parameter services: the full names of the services.
  public init(_ services: some Sequence<String>) {
    var statuses: [String: Status] = ["": .notServing]
    for service in services { statuses[service] = .notServing }
    state = Mutex(State(statuses: statuses))
  }

  /// The status of a service; nil for one that the server does not have.
  public func status(of service: String) -> Status? { state.withLock { $0.statuses[service] } }

  /// All services, the server as a whole included.
  public var statuses: [String: Status] { state.withLock { $0.statuses } }

  /// Whether the server as a whole takes calls.
  public var isServing: Bool { status(of: "") == .serving }

  /// Says how one service is, which may be a new one. Ignored once the server drains.
  public func set(_ service: String, _ status: Status) {
    change { $0.statuses[service] = status }
  }

  /// Says how all are, the server as a whole included. Ignored once the server drains.
  public func setAll(_ status: Status) {
    change { $0.statuses = $0.statuses.mapValues { _ in status } }
  }

  /// The server ends: nothing is served from here on, whatever anybody says later.
  public func drain() {
    change {
      $0.statuses = $0.statuses.mapValues { _ in .notServing }
      $0.isDraining = true
    }
  }

  private func change(_ body: (inout State) -> Void) {
    let observers = state.withLock { state -> [@Sendable () -> Void] in
      if state.isDraining { return [] }
      body(&state)
      return Array(state.observers.values)
    }
    for observer in observers { observer() }
  }

  /// Calls back after every change, on the thread that made it.
  ///
  /// - Returns: what `removeObserver` takes.
  func addObserver(_ observer: @escaping @Sendable () -> Void) -> Int {
    state.withLock { state in
      state.nextObserver += 1
      state.observers[state.nextObserver] = observer
      return state.nextObserver
    }
  }

  func removeObserver(_ id: Int) {
    state.withLock { $0.observers[id] = nil }
  }

  /// How many watch.
  var observerCount: Int { state.withLock { $0.observers.count } }
}
