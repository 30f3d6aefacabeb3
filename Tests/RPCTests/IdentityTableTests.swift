import RPC
import Testing

private final class Thing: Sendable {}

@Suite("Values by identity")
struct IdentityTableTests {
  @Test("each object leads to its value, others to none", arguments: [0, 1, 7, 500])
  func lookUp(count: Int) {
    let things = (0..<count).map { _ in Thing() }
    let table = IdentityTable(things.enumerated().map { (key: $0.element, value: $0.offset) })
    for (index, thing) in things.enumerated() { #expect(table[ObjectIdentifier(thing)] == index) }
    for _ in 0..<100 {
      let other = Thing()
      #expect(table[ObjectIdentifier(other)] == nil)
    }
  }

  @Test("of two entries with the same key the first counts")
  func twice() {
    let thing = Thing()
    let table = IdentityTable([(key: thing, value: 1), (key: thing, value: 2)])
    #expect(table[ObjectIdentifier(thing)] == 1)
  }
}
