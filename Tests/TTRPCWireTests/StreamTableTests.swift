import SeededRandom
import TTRPCWire
import Testing

@Suite("The table of streams")
struct StreamTableTests {
  /// Ways of choosing numbers; the last ones make every number want the same place.
  private static let idSources: [(name: String, id: @Sendable (UInt32) -> UInt32)] = [
    ("small odd numbers", { $0 % 64 * 2 + 1 }),
    ("any small numbers", { $0 % 100 }),
    ("any numbers", { $0 }),
    ("numbers 16 apart", { $0 % 100 * 16 + 1 }),
    ("numbers 4,096 apart", { $0 % 300 * 4096 + 1 }),
    ("numbers 65,536 apart, up to the largest", { UInt32.max - $0 % 300 * 65_536 }),
  ]

  @Test("does what a dictionary does", arguments: idSources.indices, UInt64(1)...6)
  func againstDictionary(source: Int, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var table = StreamTable<Int>()
    var model: [StreamID: Int] = [:]
    let makeID = Self.idSources[source].id
    let comment = Comment("seed \(seed), \(Self.idSources[source].name)")
    for step in 0..<2_000 {
      let id = StreamID(makeID(.random(in: .min ... .max, using: &random)))
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<45:
        table[id] = step
        model[id] = step
      case 45..<70:
        #expect(table.remove(id) == model.removeValue(forKey: id), comment)
      case 70..<80:
        table[id] = nil
        model[id] = nil
      case 80..<99:
        #expect(table[id] == model[id], comment)
      default:
        if step % 10 == 0 {
          table.removeAll()
          model.removeAll()
        }
      }
      #expect(table.count == model.count, comment)
      #expect(table.isEmpty == model.isEmpty, comment)
    }
    #expect(
      Dictionary(uniqueKeysWithValues: table.all.map { ($0.id, $0.stream) }) == model,
      comment
    )
    for (id, value) in model { #expect(table[id] == value, comment) }
  }

  @Test("a removal in a run of colliding numbers loses none of the others, wherever it is")
  func removalsInARun() {
    // Around the end of the table too: 15 wants the last of the first eight places.
    let ids = [15, 31, 1, 17, 47, 3].map { StreamID($0) }
    for removed in ids {
      var table = StreamTable<UInt32>()
      for id in ids { table[id] = id.rawValue }
      #expect(table.remove(removed) == removed.rawValue)
      #expect(table[removed] == nil)
      for id in ids where id != removed { #expect(table[id] == id.rawValue) }
      #expect(table.count == ids.count - 1)
    }
  }

  @Test("many streams in sequence leave nothing behind")
  func manyStreamsInSequence() {
    var table = StreamTable<Int>()
    for number in 0..<100_000 {
      table[StreamID(UInt32(number * 2 + 1))] = number
      if number >= 10 { table[StreamID(UInt32((number - 10) * 2 + 1))] = nil }
    }
    #expect(table.count == 10)
    #expect(table.all.count == 10)
  }

  @Test("a copy does not see later changes")
  func valueSemantics() {
    var table = StreamTable<String>()
    table[StreamID(1)] = "before"
    let copy = table
    table[StreamID(1)] = "after"
    table[StreamID(3)] = "new"
    #expect(copy[StreamID(1)] == "before")
    #expect(copy[StreamID(3)] == nil)
    #expect(copy.count == 1)
  }
}
