/// The low three bits of a tag.
enum WireType: UInt8 {
  case varint = 0
  case fixed64 = 1
  case bytes = 2
  case startGroup = 3
  case endGroup = 4
  case fixed32 = 5
}

/// A value as it stands on the wire.
enum WireValue {
  /// A varint or a number of fixed length.
  case number(UInt64)
  case bytes(ArraySlice<UInt8>)
}

/// Reads fields one after the other. nil stands for bytes that are not protobuf.
struct WireReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
  }

  var isAtEnd: Bool { rest.isEmpty }

  /// The next field, with its number and wire type; groups are skipped whole.
  mutating func next() -> (number: Int32, type: WireType, value: WireValue)? {
    guard let (number, type) = tag(), let value = value(type, of: number, depth: 0) else {
      return nil
    }
    return (number, type, value)
  }

  mutating func varint() -> UInt64? {
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      result |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return result }
    }
    return nil
  }

  mutating func fixed(_ count: Int) -> UInt64? {
    guard rest.count >= count else { return nil }
    let value = rest.prefix(count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    rest = rest.dropFirst(count)
    return value
  }

  private mutating func tag() -> (Int32, WireType)? {
    guard let tag = varint(), let type = WireType(rawValue: UInt8(tag & 7)),
      let number = Int32(exactly: tag >> 3), number > 0
    else { return nil }
    return (number, type)
  }

  private mutating func value(_ type: WireType, of number: Int32, depth: Int) -> WireValue? {
    switch type {
    case .varint: return varint().map { .number($0) }
    case .fixed64: return fixed(8).map { .number($0) }
    case .fixed32: return fixed(4).map { .number($0) }
    case .bytes:
      guard let length = varint(), length <= rest.count else { return nil }
      let bytes = rest.prefix(Int(length))
      rest = rest.dropFirst(Int(length))
      return .bytes(bytes)
    case .startGroup: return skipGroup(number, depth: depth + 1) ? .bytes([]) : nil
    case .endGroup: return nil
    }
  }

  private mutating func skipGroup(_ number: Int32, depth: Int) -> Bool {
    guard depth < Self.depthMax else { return false }
    while let (inner, type) = tag() {
      if type == .endGroup { return inner == number }
      guard value(type, of: inner, depth: depth) != nil else { return false }
    }
    return false
  }

  /// Messages within messages, at most.
  static let depthMax = 100
}

/// Writes fields one after the other.
struct WireWriter {
  private(set) var bytes: [UInt8] = []

  mutating func tag(_ number: Int32, _ type: WireType) {
    varint(UInt64(UInt32(bitPattern: number)) << 3 | UInt64(type.rawValue))
  }

  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func fixed(_ value: UInt64, count: Int) {
    for shift in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * shift))) }
  }

  mutating func lengthAndBytes(_ value: [UInt8]) {
    varint(UInt64(value.count))
    bytes += value
  }

  mutating func raw(_ value: [UInt8]) { bytes += value }
}
