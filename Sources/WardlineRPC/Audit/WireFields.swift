/// The fields of an encoded message that have a length, one after the other; ends at the first byte
/// that is not understood.
struct WireFields {
  private var rest: UnsafeRawBufferPointer.SubSequence

  init(_ bytes: UnsafeRawBufferPointer) {
    rest = bytes[...]
  }

  /// The next one, with its number.
  mutating func next() -> (number: UInt64, value: UnsafeRawBufferPointer)? {
    while let tag = varint() {
      switch tag & 7 {
      case 0: if varint() == nil { return nil }
      case 1: if !skip(8) { return nil }
      case 5: if !skip(4) { return nil }
      case 2:
        guard let length = varint(), length <= UInt64(rest.count) else { return nil }
        let value = UnsafeRawBufferPointer(rebasing: rest.prefix(Int(length)))
        rest = rest.dropFirst(Int(length))
        return (tag >> 3, value)
      default: return nil
      }
    }
    return nil
  }

  private mutating func skip(_ count: Int) -> Bool {
    guard rest.count >= count else { return false }
    rest = rest.dropFirst(count)
    return true
  }

  private mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }
}
