import ChatModel
import Testing

@testable import SQLiteRepository

@Suite("How far the search index is behind")
struct SearchProgressTests {
  private func position(_ number: Int64) -> EventPosition {
    EventPosition(rawValue: number) ?? .zero
  }

  private func progress(head: Int64 = 0, indexed: Int64 = 0) -> SearchProgress {
    SearchProgress(head: position(head), indexed: position(indexed), at: .zero)
  }

  @Test("the writer waits when the oldest event is older than 800 ms, until it is half of that")
  func age() {
    var progress = progress()
    progress.committed(position(1), at: .milliseconds(0))
    progress.committed(position(2), at: .milliseconds(500))
    #expect(!progress.mustWait(isWaiting: false, at: .milliseconds(800)))
    #expect(progress.mustWait(isWaiting: false, at: .milliseconds(801)))
    progress.advanced(to: position(1))
    #expect(progress.age(at: .milliseconds(801)) == .milliseconds(301))
    #expect(!progress.mustWait(isWaiting: true, at: .milliseconds(801)))
    #expect(progress.mustWait(isWaiting: true, at: .milliseconds(901)))
    progress.advanced(to: position(2))
    #expect(progress.age(at: .seconds(9)) == .zero)
    #expect(!progress.mustWait(isWaiting: true, at: .seconds(9)))
  }

  @Test("it waits at 8,001 events, until there are half as many")
  func events() {
    var progress = progress()
    progress.committed(position(8000), at: .zero)
    #expect(!progress.mustWait(isWaiting: false, at: .zero))
    progress.committed(position(8001), at: .zero)
    #expect(progress.mustWait(isWaiting: false, at: .zero))
    progress.advanced(to: position(4000))
    #expect(progress.mustWait(isWaiting: true, at: .zero))
    progress.advanced(to: position(4001))
    #expect(!progress.mustWait(isWaiting: true, at: .zero))
  }

  @Test("events are never taken for younger than they are, however many commits there are")
  func marks() {
    var progress = progress()
    for number in 1...100_000 {
      progress.committed(position(Int64(number)), at: .milliseconds(number))
    }
    #expect(progress.age(at: .milliseconds(100_000)) == .milliseconds(99_999))
    progress.advanced(to: position(99_999))
    #expect(progress.age(at: .milliseconds(100_000)) >= .zero)
    #expect(progress.lag == 1)
    progress.advanced(to: position(100_000))
    #expect(progress.age(at: .milliseconds(100_000)) == .zero)
  }

  @Test("nobody waits for one that cannot be written, and it is tried again after a second")
  func failure() {
    var progress = progress()
    progress.committed(position(9000), at: .zero)
    progress.failed(at: .seconds(3))
    #expect(!progress.mustWait(isWaiting: false, at: .seconds(3)))
    #expect(!progress.isDue(at: .milliseconds(3999)))
    #expect(progress.isDue(at: .seconds(4)))
    progress.advanced(to: position(500))
    #expect(progress.mustWait(isWaiting: false, at: .seconds(4)))
  }

  @Test("one that is being made holds the writer only if it would fall further behind")
  func catchingUp() {
    var progress = progress(head: 1_000_000)
    #expect(progress.isCatchingUp)
    progress.committed(position(1_000_500), at: .seconds(60))
    #expect(!progress.mustWait(isWaiting: false, at: .seconds(120)))
    progress.committed(position(1_008_001), at: .seconds(120))
    #expect(progress.mustWait(isWaiting: false, at: .seconds(120)))
    progress.advanced(to: position(1_004_001))
    #expect(!progress.isCatchingUp)
  }
}
