/// Values by the identity of objects, fixed when it is made: a look-up hashes a pointer and compares
/// it, and neither allocates nor makes a `String`.
///
/// It keeps the objects alive, so that no other can take the place of one.
public struct IdentityTable<Value: Sendable>: Sendable {
  /// Addresses; 0 where there is none.
  @usableFromInline var ids: [UInt]
  @usableFromInline var values: [Value?]
  @usableFromInline let mask: UInt
  private let keys: [any AnyObject & Sendable]

  /// Of two entries with the same key the first counts.
  public init(_ entries: [(key: any AnyObject & Sendable, value: Value)]) {
    var capacity = 8
    while capacity < entries.count * 4 { capacity *= 2 }
    ids = Array(repeating: 0, count: capacity)
    values = Array(repeating: nil, count: capacity)
    mask = UInt(capacity - 1)
    keys = entries.map(\.key)
    for (key, value) in entries {
      let id = UInt(bitPattern: ObjectIdentifier(key))
      var index = Int(Self.start(id) & mask)
      while ids[index] != 0, ids[index] != id { index = (index + 1) & Int(mask) }
      guard ids[index] == 0 else { continue }
      ids[index] = id
      values[index] = value
    }
  }

  /// nil for an object that was not among the entries.
  @inlinable
  public subscript(key: ObjectIdentifier) -> Value? {
    let id = UInt(bitPattern: key)
    var index = Int(Self.start(id) & mask)
    while true {
      let found = ids[index]
      if found == id { return values[index] }
      if found == 0 { return nil }
      index = (index + 1) & Int(mask)
    }
  }

  /// Objects are aligned, so the lowest bits of their addresses say nothing.
  @usableFromInline
  static func start(_ id: UInt) -> UInt {
    ((id >> 4) &* 0x9e37_79b9_7f4a_7c15) >> 32
  }
}
