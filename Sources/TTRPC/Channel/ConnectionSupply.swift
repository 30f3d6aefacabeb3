import RPC
import Synchronization

/// Keeps the connections of a channel: does what the pool decides, and tells it what happens.
final class ConnectionSupply: Sendable {
  typealias Connect = @Sendable () async throws -> any ChannelConnection
  private typealias Pool = ConnectionPool<PooledConnection, OneShot<CallPlace>>

  private struct State: Sendable {
    var pool: Pool
    var generator: any RandomNumberGenerator & Sendable
    /// The attempt to connect that is under way, or the wait before the next one.
    var attempt: Task<Void, Never>?
    /// Connections that are being closed.
    var closing = 0

    var isOver: Bool { pool.isOver && closing == 0 }
  }

  private let state: Mutex<State>
  private let clock: ChannelClock
  private let connect: Connect
  private let connectTimeout: Duration
  private let drained = OneShot<Void>()
  private let closed = OneShot<Void>()

  init(
    _ configuration: ClientChannelConfiguration,
    clock: ChannelClock,
    generator: any RandomNumberGenerator & Sendable,
    connect: @escaping Connect
  ) {
    let pool = Pool(
      Pool.Settings(
        connectionsMax: max(1, configuration.connectionsMax),
        callsPerConnectionMax: max(1, configuration.callsPerConnectionMax),
        waitingCallsMax: max(0, configuration.waitingCallsMax),
        backoff: configuration.backoff
      )
    )
    state = Mutex(State(pool: pool, generator: generator))
    connectTimeout = configuration.connectTimeout
    self.clock = clock
    self.connect = connect
  }

  deinit {
    let (connections, attempt) = state.withLock { ($0.pool.connections, $0.attempt) }
    attempt?.cancel()
    for pooled in connections { Task { await pooled.connection.close() } }
  }

  var channelState: ClientChannelState { state.withLock { $0.pool.state } }
  var connectionCount: Int { state.withLock { $0.pool.connections.count } }

  // MARK: Calls

  /// A place on a connection, waiting for one if need be. It must be given back by `release`.
  ///
  /// - Throws: what the pool refuses with; DEADLINE_EXCEEDED; `CancellationError`.
  func acquire(waitForReady: Bool, within limit: Duration?) async throws -> CallPlace {
    let deadline = limit.map { clock.now() + $0 }
    while true {
      try Task.checkCancellation()
      let remaining = deadline.map { $0 - clock.now() }
      let place = try await place(waitForReady, within: remaining)
      // The news that a connection is lost may still be on their way.
      if place.connection.isAcceptingCalls { return place }
      change { $0.pool.placeRefused(place.id, using: &$0.generator) }
    }
  }

  private func place(_ waitForReady: Bool, within limit: Duration?) async throws -> CallPlace {
    let shot = OneShot<CallPlace>()
    var waiter = 0
    var refusal: (any Error)?
    change { state in
      switch state.pool.callArrived(waitForReady: waitForReady, shot) {
      case .start(let place):
        shot.give(.success(CallPlace(id: place.id, pooled: place.connection)))
        return []
      case .refuse(let error):
        refusal = error
        return []
      case .wait(let number, let effects):
        waiter = number
        return effects
      }
    }
    if let refusal { throw refusal }
    do {
      return try await clock.value(of: shot, within: limit, else: .deadlineExceeded)
    } catch {
      let number = waiter
      state.withLock { $0.pool.waiterLeft(number) }
      throw error
    }
  }

  /// The call has left its place.
  func release(_ place: CallPlace) {
    change { $0.pool.callEnded(place.id) }
  }

  /// The server has sent something to the call at that place.
  func answered(_ place: CallPlace) {
    state.withLock { $0.pool.answered(place.id) }
  }

  /// Closes a connection whose other end seems to be gone.
  func giveUp(_ place: CallPlace) {
    if place.pooled.isGivenUp.exchange(true, ordering: .sequentiallyConsistent) { return }
    change { [.close(place.pooled)] + $0.pool.lost(place.id, using: &$0.generator) }
  }

  // MARK: The end

  /// Refuses new calls, lets those that run finish within the limit, and ends the others. Called
  /// once.
  func close(within limit: Duration) async {
    change { $0.pool.drain() }
    do {
      try await clock.value(of: drained, within: limit, else: .deadlineExceeded)
    } catch {
      change { $0.pool.closeAll() }
      try? await closed.value()
    }
  }

  // MARK: Effects

  private func change(_ body: (inout State) -> [Pool.Effect]) {
    let (effects, isOver) = state.withLock { state in
      let effects = body(&state)
      for effect in effects { begin(effect, &state) }
      if !state.pool.isOpen { state.attempt?.cancel() }
      return (effects, state.isOver)
    }
    for effect in effects { finish(effect) }
    if isOver { tellOver() }
  }

  private func tellOver() {
    drained.give(.success(()))
    closed.give(.success(()))
  }

  /// The part of an effect that the state must know of.
  private func begin(_ effect: Pool.Effect, _ state: inout State) {
    switch effect {
    case .connect(let number): state.attempt = connecting(number)
    case .wait(let wait, let number): state.attempt = waiting(wait, number)
    case .close: state.closing += 1
    case .assign, .refuse: break
    }
  }

  private func finish(_ effect: Pool.Effect) {
    switch effect {
    case .connect, .wait: break
    case .assign(let shot, let place):
      let place = CallPlace(id: place.id, pooled: place.connection)
      // The call may have given up in the meantime.
      if !shot.give(.success(place)) { release(place) }
    case .refuse(let shot, let error): shot.give(.failure(error))
    case .close(let pooled):
      Task {
        await pooled.connection.close()
        if state.withLock({ state in
          state.closing -= 1
          return state.isOver
        }) {
          tellOver()
        }
      }
    }
  }

  private func connecting(_ number: Int) -> Task<Void, Never> {
    Task { [weak self, clock, connect, connectTimeout] in
      do {
        let connection = try await clock.run(
          within: connectTimeout,
          else: RPCError.unprocessed(.unavailable, "the server does not answer"),
          connect,
          late: { await $0.close() }
        )
        guard let self else { return await connection.close() }
        connected(number, connection)
      } catch {
        self?.change { $0.pool.connectFailed(number, error, using: &$0.generator) }
      }
    }
  }

  private func waiting(_ wait: Duration, _ number: Int) -> Task<Void, Never> {
    Task { [weak self, clock] in
      do { try await clock.sleep(wait) } catch { return }
      self?.change { $0.pool.waitEnded(number) }
    }
  }

  private func connected(_ number: Int, _ connection: any ChannelConnection) {
    var id: Int?
    change { state in
      let (number, effects) = state.pool.connected(number, PooledConnection(connection))
      id = number
      return effects
    }
    guard let id else { return }
    Task { [weak self] in
      for await event in connection.events() {
        guard case .goingAway(let pause) = event else { break }
        self?.change { $0.pool.goingAway(id, retryAfter: pause, using: &$0.generator) }
      }
      self?.change { $0.pool.lost(id, using: &$0.generator) }
    }
  }
}
