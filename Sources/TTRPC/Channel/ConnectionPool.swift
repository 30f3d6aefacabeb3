import NIOCore
import RPC

/// Which connection a call goes to, and when another one is opened: what a channel decides, without
/// sockets, tasks and clock.
///
/// Calls fill the connections in the order in which those were opened, and one more is opened only
/// when none has room. At most one attempt to connect is under way; after one that failed there is
/// a wait, in which calls fail at once unless they wait for ready. The pool keeps what the outside
/// has for a connection and for a call that waits.
struct ConnectionPool<Connection: Sendable, Waiter: Sendable>: Sendable {
  /// A call's place on a connection.
  struct Place {
    let id: Int
    let connection: Connection
  }

  /// What is to be done, in that order.
  enum Effect {
    /// Open a connection, then say `connected` or `connectFailed`.
    case connect(attempt: Int)
    /// Say `waitEnded` after that time.
    case wait(Duration, attempt: Int)
    case assign(Waiter, Place)
    case refuse(Waiter, any Error)
    case close(Connection)
  }

  enum OnCallArrived {
    case start(Place)
    /// The waiter's number, to say `waiterLeft` with.
    case wait(Int, [Effect])
    case refuse(any Error)
  }

  struct Settings {
    var connectionsMax: Int
    var callsPerConnectionMax: Int
    var waitingCallsMax: Int
    var backoff: Backoff
  }

  private struct Entry {
    let id: Int
    let connection: Connection
    var calls = 0
    var isAccepting = true
    /// Something was answered on it, so that its server works.
    var hasAnswered = false
  }

  private struct Waiting {
    let waiter: Waiter
    let waitsForReady: Bool
  }

  private enum Attempt {
    case none
    case connecting(Int)
    /// The last one failed, or the server asked for a pause.
    case waiting(Int)
  }

  private let settings: Settings
  private var entries: [Entry] = []
  private var attempt = Attempt.none
  private var attempts = 0
  private var failures = 0
  private var failure: any Error = RPCError(.unavailable, "the connection to the server was lost")
  private var connectionsOpened = 0
  private var waiting: [Int: Waiting] = [:]
  /// The numbers of those that wait, in order, and of some that have left.
  private var queue: CircularBuffer<Int> = []
  private var waitersSeen = 0
  /// Whether calls can begin.
  private(set) var isOpen = true

  init(_ settings: Settings) {
    self.settings = settings
  }

  // MARK: What is asked

  /// Connections that calls run on, or can.
  var connections: [Connection] { entries.map(\.connection) }

  /// Whether it is closed and no call is left.
  var isOver: Bool { !isOpen && entries.isEmpty }

  var state: ClientChannelState {
    if !isOpen { return .closed }
    if entries.contains(where: \.isAccepting) { return .ready }
    return switch attempt {
    case .none: .idle
    case .connecting: .connecting
    case .waiting: .backingOff
    }
  }

  // MARK: Calls

  /// A call wants a connection.
  ///
  /// - Parameter waiter: stands for the call if it has to wait.
  mutating func callArrived(
    waitForReady: Bool,
    _ waiter: @autoclosure () -> Waiter
  ) -> OnCallArrived {
    guard isOpen else { return .refuse(Self.closedError) }
    if let index = indexWithRoom() { return .start(takePlace(index)) }
    if case .waiting = attempt, !waitForReady, !hasAccepting { return .refuse(failure) }
    if waiting.count >= settings.waitingCallsMax {
      let message = "\(waiting.count) calls wait for a connection already"
      return .refuse(RPCError.unprocessed(.resourceExhausted, message))
    }
    waitersSeen += 1
    waiting[waitersSeen] = Waiting(waiter: waiter(), waitsForReady: waitForReady)
    queue.append(waitersSeen)
    return .wait(waitersSeen, openIfNeeded())
  }

  /// A call does not wait any more: it was cancelled, or its deadline has passed.
  mutating func waiterLeft(_ number: Int) {
    guard waiting.removeValue(forKey: number) != nil else { return }
    if queue.count > 2 * waiting.count + 64 {
      queue = CircularBuffer(queue.filter { waiting[$0] != nil })
    }
  }

  /// The server has sent something on that connection.
  mutating func answered(_ id: Int) {
    guard let index = index(of: id) else { return }
    entries[index].hasAnswered = true
    failures = 0
  }

  /// A call has left its place.
  mutating func callEnded(_ id: Int) -> [Effect] {
    guard let index = index(of: id) else { return [] }
    entries[index].calls -= 1
    if entries[index].isAccepting { return serve() }
    return closeIfUnused(index)
  }

  // MARK: Connections

  /// An attempt to connect has succeeded.
  mutating func connected(_ number: Int, _ connection: Connection) -> (id: Int?, [Effect]) {
    guard case .connecting(number) = attempt, isOpen else { return (nil, [.close(connection)]) }
    attempt = .none
    connectionsOpened += 1
    entries.append(Entry(id: connectionsOpened, connection: connection))
    return (connectionsOpened, serve())
  }

  /// An attempt to connect has failed. Calls that do not wait for ready are told, unless there is
  /// another connection; all are told of an error that says more than that nobody is there.
  mutating func connectFailed(
    _ number: Int,
    _ error: any Error,
    using generator: inout some RandomNumberGenerator
  ) -> [Effect] {
    guard case .connecting(number) = attempt else { return [] }
    attempt = .none
    let isUnavailable = (error as? RPCError)?.code == .unavailable
    return failed(error, using: &generator) + (isUnavailable ? [] : refuse { _ in true })
  }

  /// The wait after a failure is over.
  mutating func waitEnded(_ number: Int) -> [Effect] {
    guard case .waiting(number) = attempt else { return [] }
    attempt = .none
    return openIfNeeded()
  }

  /// The server takes no new calls on that connection.
  mutating func goingAway(
    _ id: Int,
    retryAfter: Duration,
    using generator: inout some RandomNumberGenerator
  ) -> [Effect] {
    guard let index = index(of: id), entries[index].isAccepting else { return [] }
    entries[index].isAccepting = false
    var effects = closeIfUnused(index)
    if retryAfter > .zero, case .none = attempt, isOpen {
      failure = RPCError.unprocessed(.unavailable, "the server is going away")
      let wait = min(retryAfter, settings.backoff.maximum)
      // By chance a little later, not sooner, than it asked for.
      let later = wait - settings.backoff.shortened(wait, using: &generator)
      effects += startWait(wait + later)
    }
    return effects + openIfNeeded()
  }

  /// A connection is closed, or is to be treated as if it were.
  mutating func lost(
    _ id: Int,
    using generator: inout some RandomNumberGenerator
  ) -> [Effect] {
    guard let index = index(of: id) else { return [] }
    let entry = entries.remove(at: index)
    // A server that takes connections and drops them must not be asked again without a wait.
    let isFailure = entry.isAccepting && !entry.hasAnswered && isOpen
    let error = RPCError.unprocessed(.unavailable, "the connection to the server was lost")
    return (isFailure ? failed(error, using: &generator) : []) + openIfNeeded()
  }

  /// A place turned out to be on a connection that takes no calls any more.
  mutating func placeRefused(
    _ id: Int,
    using generator: inout some RandomNumberGenerator
  ) -> [Effect] {
    guard let index = index(of: id) else { return [] }
    entries[index].calls -= 1
    let wasNew = entries[index].isAccepting && !entries[index].hasAnswered
    entries[index].isAccepting = false
    let effects = closeIfUnused(index)
    let error = RPCError.unprocessed(.unavailable, "the server takes no calls")
    return effects + (wasNew ? failed(error, using: &generator) : []) + openIfNeeded()
  }

  // MARK: The end

  /// No call begins any more. Those that wait are refused, those that run go on.
  mutating func drain() -> [Effect] {
    isOpen = false
    attempt = .none
    var effects = refuse(with: Self.closedError) { _ in true }
    for index in entries.indices.reversed() {
      entries[index].isAccepting = false
      effects += closeIfUnused(index)
    }
    return effects
  }

  /// Every call ends.
  mutating func closeAll() -> [Effect] {
    let effects = drain()
    defer { entries = [] }
    return effects + entries.map { .close($0.connection) }
  }

  // MARK: -

  private static var closedError: RPCError {
    RPCError.unprocessed(.cancelled, "the channel to the server is closed")
  }

  private var hasAccepting: Bool { entries.contains(where: \.isAccepting) }

  private func index(of id: Int) -> Int? {
    entries.firstIndex { $0.id == id }
  }

  private func indexWithRoom() -> Int? {
    entries.firstIndex { $0.isAccepting && $0.calls < settings.callsPerConnectionMax }
  }

  private mutating func takePlace(_ index: Int) -> Place {
    entries[index].calls += 1
    return Place(id: entries[index].id, connection: entries[index].connection)
  }

  /// Gives room to those that wait, and opens a connection if some are left.
  private mutating func serve() -> [Effect] {
    var effects: [Effect] = []
    while !waiting.isEmpty, let index = indexWithRoom(), let number = queue.popFirst() {
      guard let next = waiting.removeValue(forKey: number) else { continue }
      effects.append(.assign(next.waiter, takePlace(index)))
    }
    return effects + openIfNeeded()
  }

  private mutating func openIfNeeded() -> [Effect] {
    guard case .none = attempt, isOpen, !waiting.isEmpty, indexWithRoom() == nil,
      entries.count(where: \.isAccepting) < settings.connectionsMax
    else { return [] }
    attempts += 1
    attempt = .connecting(attempts)
    return [.connect(attempt: attempts)]
  }

  private mutating func closeIfUnused(_ index: Int) -> [Effect] {
    if entries[index].calls > 0 { return [] }
    return [.close(entries.remove(at: index).connection)]
  }

  /// There is no connection where there should be one.
  private mutating func failed(
    _ error: any Error,
    using generator: inout some RandomNumberGenerator
  ) -> [Effect] {
    failures += 1
    failure = error
    guard case .none = attempt else { return [] }
    return startWait(settings.backoff.delay(afterFailures: failures, using: &generator))
  }

  private mutating func startWait(_ wait: Duration) -> [Effect] {
    attempts += 1
    attempt = .waiting(attempts)
    let impatient = hasAccepting ? [] : refuse { !$0.waitsForReady }
    return [.wait(wait, attempt: attempts)] + impatient
  }

  private mutating func refuse(
    with error: (any Error)? = nil,
    _ isMeant: (Waiting) -> Bool
  ) -> [Effect] {
    let refused = queue.compactMap { number -> Waiter? in
      guard let next = waiting[number], isMeant(next) else { return nil }
      waiting[number] = nil
      return next.waiter
    }
    queue = CircularBuffer(queue.filter { waiting[$0] != nil })
    return refused.map { .refuse($0, error ?? failure) }
  }
}
