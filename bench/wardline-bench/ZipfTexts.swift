/// Texts of 5 to 40 words out of 50,000, as frequent as Zipf's law says. A number always gives the
/// same text.
struct ZipfTexts: Sendable {
  private static let wordCount = 50_000
  private static let slotCount = 1 << 20
  private static let syllables = [
    "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va",
    "we", "xi", "yo", "zu", "är", "én",
  ]

  private let words: [String]
  /// Which word each of many equally likely numbers means: frequent words have many of them.
  private let slots: [UInt16]

  init() {
    // Frequent words are short; no two are the same.
    words = (0..<Self.wordCount).map { rank in
      var word = ""
      var rest = rank
      repeat {
        word += Self.syllables[rest % Self.syllables.count]
        rest /= Self.syllables.count
      } while rest > 0
      return word
    }
    let sum = (1...Self.wordCount).reduce(0) { $0 + 1 / Double($1) }
    var slots: [UInt16] = []
    slots.reserveCapacity(Self.slotCount)
    var seen = 0.0
    for rank in 0..<Self.wordCount {
      seen += 1 / Double(rank + 1)
      let end = min(Self.slotCount, Int(seen / sum * Double(Self.slotCount)))
      while slots.count < end { slots.append(UInt16(rank)) }
    }
    while slots.count < Self.slotCount { slots.append(UInt16(Self.wordCount - 1)) }
    self.slots = slots
  }

  func words(of number: Int) -> [String] {
    let number = UInt64(bitPattern: Int64(number))
    let count = 5 + Int(Self.mix(number) % 36)
    return (0..<UInt64(count)).map { index in
      words[Int(slots[Int(Self.mix(number &* 64 &+ index) % UInt64(Self.slotCount))])]
    }
  }

  func text(_ number: Int) -> String { words(of: number).joined(separator: " ") }

  /// Spreads numbers over all of 64 bits.
  static func mix(_ number: UInt64) -> UInt64 {
    var mixed = number &+ 0x9e37_79b9_7f4a_7c15
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
