import RPC

/// The connections of each address, and how fast it opens them. Keeps no clock.
///
/// It holds as many addresses as have a connection, and `quietMax` more at most.
struct AddressTable {
  enum Verdict: Equatable {
    case admitted
    case tooMany
    case tooFast
  }

  private struct Entry {
    var connections = 0
    var rate: RateBudget
    /// When its budget is whole again, in nanoseconds.
    var quietFrom: Int64 = 0
  }

  private let connectionsMax: Int
  private let perSecond: Int
  private let quietMax: Int
  private var entries: [AddressKey: Entry] = [:]
  private var quietCount = 0

  /// - Parameter quietMax: addresses without a connection that are remembered for their rate.
  init(connectionsMax: Int, perSecond: Int, quietMax: Int = 4096) {
    self.connectionsMax = connectionsMax
    self.perSecond = perSecond
    self.quietMax = quietMax
  }

  /// Addresses that are remembered.
  var count: Int { entries.count }

  /// Somebody has connected.
  mutating func connected(_ address: AddressKey, at time: Int64) -> Verdict {
    let known = entries[address]
    var entry = known ?? Entry(rate: RateBudget(burst: perSecond, perSecond: perSecond))
    if entry.connections >= connectionsMax { return .tooMany }
    // A refused attempt spends nothing, so an entry without connections has been admitted lately.
    guard entry.rate.spend(at: time) else { return .tooFast }
    if known != nil, entry.connections == 0 { quietCount -= 1 }
    entry.connections += 1
    entry.quietFrom = time + 1_000_000_000
    entries[address] = entry
    return .admitted
  }

  /// A connection that was admitted is closed.
  mutating func disconnected(_ address: AddressKey, at time: Int64) {
    guard var entry = entries[address], entry.connections > 0 else { return }
    entry.connections -= 1
    entries[address] = entry
    guard entry.connections == 0 else { return }
    quietCount += 1
    if quietCount > quietMax { forget(at: time) }
  }

  /// Forgets those whose budget is whole again, which changes nothing; if that is not enough, all
  /// that have no connection: a bounded table is worth more than the last second's rates.
  private mutating func forget(at time: Int64) {
    entries = entries.filter { $0.value.connections > 0 || $0.value.quietFrom > time }
    quietCount = entries.values.count { $0.connections == 0 }
    guard quietCount > quietMax / 2 else { return }
    entries = entries.filter { $0.value.connections > 0 }
    quietCount = 0
  }
}
