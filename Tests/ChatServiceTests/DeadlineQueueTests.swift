import SeededRandom
import Testing

@testable import ChatService

@Suite("The queue of deadlines")
struct DeadlineQueueTests {
  @Test(
    "gives every key when its newest deadline has come, as a plain table would",
    arguments: 1...50
  )
  func random(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    var queue = DeadlineQueue<Int>()
    var table: [Int: Duration] = [:]
    var now = Duration.zero
    for _ in 0..<500 {
      let key = Int.random(in: 0..<20, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        queue.set(key, nil)
        table[key] = nil
      case 1, 2:
        let deadline = now + .milliseconds(Int.random(in: -5..<50, using: &random))
        queue.set(key, deadline)
        table[key] = deadline
      default:
        now += .milliseconds(Int.random(in: 0..<20, using: &random))
        var due: Set<Int> = []
        while let key = queue.popDue(now) { due.insert(key) }
        #expect(due == Set(table.filter { $0.value <= now }.keys), "seed \(seed)")
        table = table.filter { $0.value > now }
        if let earliest = table.values.min() {
          #expect(queue.next.map { $0 <= earliest } == true, "nobody would look in time")
        }
      }
    }
  }
}

@Suite("Look-ups that are kept")
struct LookUpCacheTests {
  @Test("what was read before a change is not kept, and not used")
  func change() {
    var cache = LookUpCache<String, Int>(costMax: 10)
    cache.began("a")
    #expect(cache.ended("a", with: 1) == true)
    #expect(cache.remembered("a") == 1)
    cache.changed("a")
    #expect(cache.remembered("a") == nil)
    cache.began("a")
    cache.began("a")
    cache.changed("a")
    #expect(cache.ended("a", with: 1) == false)
    #expect(cache.ended("a", with: 1) == false)
    #expect(cache.remembered("a") == nil)
    cache.began("a")
    #expect(cache.ended("a", with: 2) == true)
    #expect(cache.remembered("a") == 2)
  }

  @Test("what fails or is not there is not kept, and what costs too much is forgotten")
  func bounds() {
    var cache = LookUpCache<Int, Int>(costMax: 10)
    cache.began(0)
    #expect(cache.ended(0, with: nil) == true)
    #expect(cache.remembered(0) == nil)
    for key in 1...5 {
      cache.began(key)
      #expect(cache.ended(key, with: key, cost: 3) == true)
    }
    #expect((1...5).filter { cache.remembered($0) != nil } == [4, 5])
    cache.began(6)
    #expect(cache.ended(6, with: 6, cost: 11) == true)
    #expect(cache.remembered(6) == nil)
  }
}
