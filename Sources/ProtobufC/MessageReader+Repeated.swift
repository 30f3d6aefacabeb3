internal import CProtobufC

extension MessageReader {
  /// A repeated field of numbers.
  @inlinable
  public func array<Element: BitwiseCopyable>(
    _ pointer: UnsafePointer<Element>?,
    count: Int
  ) -> [Element] {
    Array(UnsafeBufferPointer(start: pointer, count: pointer == nil ? 0 : count))
  }

  /// A repeated field whose C elements become something else, such as enums.
  @inlinable
  public func array<Element: BitwiseCopyable, Value>(
    _ pointer: UnsafePointer<Element>?,
    count: Int,
    _ transform: (Element) -> Value
  ) -> [Value] {
    UnsafeBufferPointer(start: pointer, count: pointer == nil ? 0 : count).map(transform)
  }

  /// A repeated field of strings.
  ///
  /// - Throws: `ProtobufDecodingError` if one is not UTF-8 or holds U+0000.
  public func strings(
    _ pointer: UnsafePointer<UnsafeMutablePointer<CChar>?>?,
    count: Int,
    field: UInt32
  ) throws(ProtobufDecodingError) -> [String] {
    var strings: [String] = []
    strings.reserveCapacity(count)
    for element in UnsafeBufferPointer(start: pointer, count: pointer == nil ? 0 : count) {
      strings.append(try string(element, field: field))
    }
    return strings
  }

  /// A repeated field of bytes.
  ///
  /// - Parameter pointer: The first of `count` elements of type `ProtobufCBinaryData`.
  public func byteStrings(_ pointer: UnsafeRawPointer?, count: Int) -> [[UInt8]] {
    guard let pointer else { return [] }
    let elements = pointer.assumingMemoryBound(to: ProtobufCBinaryData.self)
    return UnsafeBufferPointer(start: elements, count: count).map {
      bytes($0.data, count: $0.len)
    }
  }

  /// A repeated field of messages.
  @inlinable
  public func messages<M: ProtobufMessage, C>(
    _ pointer: UnsafePointer<UnsafeMutablePointer<C>?>?,
    count: Int,
    as type: M.Type = M.self
  ) throws(ProtobufDecodingError) -> [M] {
    var messages: [M] = []
    messages.reserveCapacity(count)
    for element in UnsafeBufferPointer(start: pointer, count: pointer == nil ? 0 : count) {
      if let value = try message(element, as: type) {
        messages.append(value)
      }
    }
    return messages
  }

  /// A map: on the wire a repeated field of entries, of which the last of a key counts.
  public func map<Key: Hashable, Value, C>(
    _ pointer: UnsafePointer<UnsafeMutablePointer<C>?>?,
    count: Int,
    _ entry: (borrowing MessageReader) throws(ProtobufDecodingError) -> (Key, Value)
  ) throws(ProtobufDecodingError) -> [Key: Value] {
    var map: [Key: Value] = [:]
    map.reserveCapacity(count)
    for case let element? in UnsafeBufferPointer(start: pointer, count: pointer == nil ? 0 : count)
    {
      let (key, value) = try entry(nested(element))
      map[key] = value
    }
    return map
  }
}
