/// What was looked up lately, kept true by being told of every change.
///
/// A look-up during which its key changed may have read what was before, so it is not kept. What is
/// kept is bounded: when it is too much, everything is forgotten.
struct LookUpCache<Key: Hashable, Value> {
  private struct LookUp {
    var count = 0
    var isStale = false
  }

  private let costMax: Int
  private var cost = 0
  private var known: [Key: (value: Value, cost: Int)] = [:]
  private var underWay: [Key: LookUp] = [:]

  init(costMax: Int) {
    self.costMax = costMax
  }

  func remembered(_ key: Key) -> Value? { known[key]?.value }

  /// A look-up begins; `ended` follows.
  mutating func began(_ key: Key) {
    underWay[key, default: LookUp()].count += 1
  }

  /// A look-up has ended, with nothing if it failed or found nothing.
  ///
  /// - Returns: whether what it found is true now. If not, look again.
  mutating func ended(_ key: Key, with value: Value?, cost: Int = 1) -> Bool {
    guard var lookUp = underWay[key] else { return false }
    lookUp.count -= 1
    underWay[key] = lookUp.count == 0 ? nil : lookUp
    if lookUp.isStale { return false }
    if let value { keep(value, for: key, cost) }
    return true
  }

  private mutating func keep(_ value: Value, for key: Key, _ cost: Int) {
    forget(key)
    if self.cost + cost > costMax {
      known = [:]
      self.cost = 0
    }
    guard cost <= costMax else { return }
    known[key] = (value, cost)
    self.cost += cost
  }

  /// What is known of a key is no longer true.
  mutating func changed(_ key: Key) {
    forget(key)
    underWay[key]?.isStale = true
  }

  private mutating func forget(_ key: Key) {
    if let old = known.removeValue(forKey: key) { cost -= old.cost }
  }
}
