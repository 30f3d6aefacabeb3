/// The streams of a connection that have not ended, by number.
///
/// Open addressing over consecutive odd numbers: with the low bits as the place, the streams of a
/// busy connection sit side by side and a look-up is one comparison. A dictionary's hashing costs
/// more than all of that; choosing numbers that collide only slows down the connection that does.
///
/// Inlinable, as the state machines are: measured, the runtime's generics made a call that is not
/// answered at once three times as expensive.
public struct StreamTable<Stream> {
  @usableFromInline
  struct Slot {
    @usableFromInline let id: StreamID
    @usableFromInline var stream: Stream

    @inlinable
    init(id: StreamID, stream: Stream) {
      self.id = id
      self.stream = stream
    }
  }

  @usableFromInline var slots: [Slot?]
  @inlinable public var count: Int { countSoFar }
  @usableFromInline var countSoFar = 0

  @inlinable
  public init() {
    slots = Array(repeating: nil, count: 8)
  }

  @inlinable
  public var isEmpty: Bool { count == 0 }

  /// The stream of that number; setting nil removes it.
  @inlinable
  public subscript(id: StreamID) -> Stream? {
    get {
      index(of: id).flatMap { slots[$0]?.stream }
    }
    set {
      if let newValue {
        set(id, newValue)
      } else {
        remove(id)
      }
    }
  }

  /// Removes a stream and returns it.
  @discardableResult
  @inlinable
  public mutating func remove(_ id: StreamID) -> Stream? {
    guard let index = index(of: id) else { return nil }
    let removed = slots[index]?.stream
    close(gap: index)
    countSoFar -= 1
    return removed
  }

  /// Every stream, in no order.
  @inlinable
  public var all: [(id: StreamID, stream: Stream)] {
    slots.compactMap { slot in slot.map { ($0.id, $0.stream) } }
  }

  /// Removes everything and gives the memory of a busy time back.
  @inlinable
  public mutating func removeAll() {
    self = StreamTable()
  }

  @inlinable
  func home(of id: StreamID) -> Int {
    Int(id.rawValue >> 1) & (slots.count - 1)
  }

  @inlinable
  func index(of id: StreamID) -> Int? {
    var index = home(of: id)
    while let slot = slots[index] {
      if slot.id == id { return index }
      index = (index + 1) & (slots.count - 1)
    }
    return nil
  }

  @inlinable
  mutating func set(_ id: StreamID, _ stream: Stream) {
    if let index = index(of: id) {
      slots[index]?.stream = stream
      return
    }
    if (count + 1) * 4 > slots.count * 3 { grow() }
    place(Slot(id: id, stream: stream))
    countSoFar += 1
  }

  @inlinable
  mutating func place(_ slot: Slot) {
    var index = home(of: slot.id)
    while slots[index] != nil { index = (index + 1) & (slots.count - 1) }
    slots[index] = slot
  }

  @inlinable
  mutating func grow() {
    let old = slots
    slots = Array(repeating: nil, count: old.count * 2)
    for case .some(let slot) in old { place(slot) }
  }

  /// Moves later entries of the run back, so that no look-up stops early at the gap.
  @inlinable
  mutating func close(gap: Int) {
    let mask = slots.count - 1
    var gap = gap
    var next = (gap + 1) & mask
    slots[gap] = nil
    while let slot = slots[next] {
      let distanceFromHome = (next - home(of: slot.id)) & mask
      let distanceFromGap = (next - gap) & mask
      if distanceFromHome >= distanceFromGap {
        slots[gap] = slot
        slots[next] = nil
        gap = next
      }
      next = (next + 1) & mask
    }
  }
}
