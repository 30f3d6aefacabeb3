import ChatService
import Testing

@Suite("Sleeping by a clock that is handed in")
struct TimekeeperTests {
  private let time = ManualTimekeeper()

  @Test("one who sleeps wakes when the time has come, and not before")
  func waking() async throws {
    let sleeping = Task { [time] in
      try await time.sleep(for: .seconds(60))
      return time.now
    }
    let start = time.now
    try await eventually("it sleeps") { time.waitingCount == 1 }
    time.advance(by: .milliseconds(59_999))
    #expect(time.waitingCount == 1)
    time.advance(by: .milliseconds(1))
    let woken = try await sleeping.value
    #expect(woken >= start + .seconds(60))
  }

  @Test("one who is cancelled wakes at once, also before falling asleep")
  func cancelling() async throws {
    let sleeping = Task { [time] in try await time.sleep(for: .seconds(60)) }
    try await eventually("it sleeps") { time.waitingCount == 1 }
    sleeping.cancel()
    await #expect(throws: CancellationError.self) { try await sleeping.value }
    let late = Task { [time] in
      while !Task.isCancelled { await Task.yield() }
      try await time.sleep(for: .seconds(60))
    }
    late.cancel()
    await #expect(throws: CancellationError.self) { try await late.value }
    time.advance(by: .seconds(60))
  }
}
