import Testing

@testable import ChatService

@Suite("One at a time for each key")
struct TurnsTests {
  @Test("of many who want the same key, no two have it at once, and all have it once")
  func oneAtATime() async {
    let turns = Turns<Int>()
    let inside = Box(0)
    let most = Box(0)
    let total = Box(0)
    await withTaskGroup { group in
      for number in 0..<200 {
        group.addTask {
          await turns.take(number % 2) {
            if number % 2 == 1 { return }
            inside.change { $0 += 1 }
            most.set(max(most.value, inside.value))
            await Task.yield()
            inside.change { $0 -= 1 }
            total.change { $0 += 1 }
          }
        }
      }
    }
    #expect(most.value == 1)
    #expect(total.value == 100)
  }

  @Test("whoever has another key does not wait, and what is thrown comes out")
  func otherKey() async {
    let turns = Turns<Int>()
    await turns.take(1) {
      await turns.take(2) {}
      await #expect(throws: Missing.self) {
        try await turns.take(3) { () throws(Missing) in throw Missing() }
      }
    }
    await turns.take(3) {}
  }
}

private struct Missing: Error {}
