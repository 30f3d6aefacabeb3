/// The streams of a connection that have not ended, by number.
///
/// Open addressing over consecutive odd numbers: with the low bits as the place, the streams of a
/// busy connection sit side by side and a look-up is one comparison. A dictionary's hashing costs
/// more than all of that; choosing numbers that collide only slows down the connection that does.
/// The numbers stand apart from the streams, so that looking for one counts no references.
///
/// Inlinable, as the state machines are: measured, the runtime's generics made a call that is not
/// answered at once three times as expensive.
public struct StreamTable<Stream> {
  /// For each place 0, or one more than the number of the stream there.
  @usableFromInline var tags: [UInt64]
  @usableFromInline var streams: [Stream?]
  @inlinable public var count: Int { countSoFar }
  @usableFromInline var countSoFar = 0
  /// Streams that are not in the place that their number wants. While there are none, as with the
  /// numbers of every ordinary client, a removal has nothing to move; it looked through the whole run
  /// of neighbours to find that out, which took 700 instructions with 64 streams open.
  @usableFromInline var displaced = 0

  @inlinable
  public init() {
    tags = Array(repeating: 0, count: 8)
    streams = Array(repeating: nil, count: 8)
  }

  @inlinable
  public var isEmpty: Bool { count == 0 }

  /// The stream of that number; setting nil removes it.
  @inlinable
  public subscript(id: StreamID) -> Stream? {
    get {
      index(of: id).flatMap { streams[$0] }
    }
    set {
      if let newValue {
        set(id, newValue)
      } else {
        remove(id)
      }
    }
  }

  /// Whether there is a stream of that number.
  @inlinable
  public func contains(_ id: StreamID) -> Bool { index(of: id) != nil }

  /// Removes a stream and returns it.
  @discardableResult
  @inlinable
  public mutating func remove(_ id: StreamID) -> Stream? {
    guard let index = index(of: id) else { return nil }
    let removed = streams[index].take()
    close(gap: index)
    countSoFar -= 1
    return removed
  }

  /// Every stream, in no order.
  @inlinable
  public var all: [(id: StreamID, stream: Stream)] {
    streams.indices.compactMap { index in
      streams[index].map { (StreamID(UInt32(truncatingIfNeeded: tags[index] &- 1)), $0) }
    }
  }

  /// Removes everything and gives the memory of a busy time back.
  @inlinable
  public mutating func removeAll() {
    self = StreamTable()
  }

  @inlinable
  static func tag(of id: StreamID) -> UInt64 { UInt64(id.rawValue) + 1 }

  @inlinable
  func home(of tag: UInt64) -> Int {
    Int(truncatingIfNeeded: (tag &- 1) >> 1) & (tags.count - 1)
  }

  @inlinable
  func index(of id: StreamID) -> Int? {
    let wanted = Self.tag(of: id)
    var index = home(of: wanted)
    while tags[index] != wanted {
      if tags[index] == 0 { return nil }
      index = (index + 1) & (tags.count - 1)
    }
    return index
  }

  @inlinable
  mutating func set(_ id: StreamID, _ stream: Stream) {
    if let index = index(of: id) {
      streams[index] = stream
      return
    }
    if (count + 1) * 4 > tags.count * 3 { grow() }
    place(Self.tag(of: id), stream)
    countSoFar += 1
  }

  @inlinable
  mutating func place(_ tag: UInt64, _ stream: Stream) {
    var index = home(of: tag)
    if tags[index] != 0 {
      displaced += 1
      repeat { index = (index + 1) & (tags.count - 1) } while tags[index] != 0
    }
    tags[index] = tag
    streams[index] = stream
  }

  @inlinable
  mutating func grow() {
    let old = (tags, streams)
    tags = Array(repeating: 0, count: old.0.count * 2)
    streams = Array(repeating: nil, count: old.0.count * 2)
    displaced = 0
    for index in old.0.indices {
      if let stream = old.1[index] { place(old.0[index], stream) }
    }
  }

  /// Moves later entries of the run back, so that no look-up stops early at the gap.
  @inlinable
  mutating func close(gap: Int) {
    let mask = tags.count - 1
    var gap = gap
    var next = (gap + 1) & mask
    if home(of: tags[gap]) != gap { displaced -= 1 }
    tags[gap] = 0
    while displaced > 0 && tags[next] != 0 {
      let distanceFromHome = (next - home(of: tags[next])) & mask
      let distanceFromGap = (next - gap) & mask
      if distanceFromHome >= distanceFromGap {
        tags[gap] = tags[next]
        tags[next] = 0
        streams.swapAt(gap, next)
        if distanceFromHome == distanceFromGap { displaced -= 1 }
        gap = next
      }
      next = (next + 1) & mask
    }
  }
}
