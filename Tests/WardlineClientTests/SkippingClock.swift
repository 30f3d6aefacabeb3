import Synchronization

/// A clock on which a wait is over at once, and which remembers how long it would have been. A wait
/// of `never` or more ends only when its task is cancelled.
final class SkippingClock: Clock {
  struct Instant: InstantProtocol {
    var offset: Duration

    func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    func duration(to other: Instant) -> Duration { other.offset - offset }
    static func < (a: Instant, b: Instant) -> Bool { a.offset < b.offset }
  }

  private let state = Mutex<[Duration]>([])
  private let time = Mutex(Instant(offset: .zero))
  private let never: Duration

  init(never: Duration) {
    self.never = never
  }

  var waits: [Duration] { state.withLock { $0 } }
  var now: Instant { time.withLock { $0 } }
  var minimumResolution: Duration { .nanoseconds(1) }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let wait = now.duration(to: deadline)
    if wait >= never {
      let (stream, _) = AsyncStream<Never>.makeStream()
      for await _ in stream {}
      throw CancellationError()
    }
    state.withLock { $0.append(wait) }
    time.withLock { $0 = max($0, deadline) }
  }
}
