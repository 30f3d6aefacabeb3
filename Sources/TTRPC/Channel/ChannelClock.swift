import RPC

/// A clock whose times are durations since it was made, so that it can be kept without a generic.
struct ChannelClock: Sendable {
  /// Time that has passed.
  let now: @Sendable () -> Duration
  /// Waits so long; throws `CancellationError` when the task is cancelled.
  let sleep: @Sendable (Duration) async throws -> Void

  init(_ clock: any Clock<Duration>) {
    self = Self.make(clock)
  }

  private init(
    now: @escaping @Sendable () -> Duration,
    sleep: @escaping @Sendable (Duration) async throws -> Void
  ) {
    self.now = now
    self.sleep = sleep
  }

  private static func make<C: Clock>(_ clock: C) -> ChannelClock where C.Duration == Duration {
    let start = clock.now
    return ChannelClock(
      now: { start.duration(to: clock.now) },
      sleep: { try await clock.sleep(for: $0) }
    )
  }
}

extension ChannelClock {
  /// Waits for a value, or until the time is over: then the error is given in its place.
  ///
  /// - Parameter limit: nil waits without limit.
  func value<Value: Sendable>(
    of shot: OneShot<Value>,
    within limit: Duration?,
    else error: RPCError
  ) async throws -> Value {
    guard let limit else { return try await shot.value() }
    let timer = Task {
      do { try await sleep(limit) } catch { return }
      shot.give(.failure(error))
    }
    defer { timer.cancel() }
    return try await shot.value()
  }

  /// Runs a body that others wrote, and returns at once when the time is over or the task is
  /// cancelled. The body's task is then cancelled too; what it still returns goes to `late`.
  func run<Value: Sendable>(
    within limit: Duration?,
    else error: RPCError,
    _ body: @escaping @Sendable () async throws -> Value,
    late: @escaping @Sendable (Value) async -> Void = { _ in }
  ) async throws -> Value {
    let shot = OneShot<Value>()
    let work = Task {
      do {
        let value = try await body()
        if !shot.give(.success(value)) { await late(value) }
      } catch {
        shot.give(.failure(error))
      }
    }
    defer { work.cancel() }
    return try await value(of: shot, within: limit, else: error)
  }
}
