internal import CProtobufC

extension MessageWriter {
  /// A repeated field of numbers; the caller sets the count beside the pointer.
  @inlinable
  public func array<Element: BitwiseCopyable>(
    _ elements: [Element]
  ) -> UnsafeMutablePointer<Element>? {
    guard !elements.isEmpty else { return nil }
    let copy = allocate(elements.count, of: Element.self)
    elements.withUnsafeBufferPointer { source in
      if let start = source.baseAddress {
        copy.initialize(from: start, count: source.count)
      }
    }
    return copy
  }

  /// A repeated field whose elements become C values, such as enums.
  @inlinable
  public func array<Value, Element: BitwiseCopyable>(
    _ values: [Value],
    _ transform: (Value) -> Element
  ) -> UnsafeMutablePointer<Element>? {
    guard !values.isEmpty else { return nil }
    let copy = allocate(values.count, of: Element.self)
    for (index, value) in values.enumerated() {
      (copy + index).initialize(to: transform(value))
    }
    return copy
  }

  /// A repeated field of strings. One that holds U+0000 makes the encoding fail.
  public func strings(
    _ strings: [String],
    field: UInt32
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    array(strings) { string($0, field: field) }
  }

  /// A repeated field of bytes: the first of as many elements of type `ProtobufCBinaryData`.
  public func byteStrings<C>(
    _ values: [[UInt8]],
    as type: C.Type = C.self
  )
    -> UnsafeMutablePointer<C>?
  {
    let first = array(values) { ProtobufCBinaryData(len: $0.count, data: bytes($0)) }
    return first.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: type) }
  }

  /// A repeated field of messages.
  @inlinable
  public func messages<M: ProtobufMessage, C>(
    _ messages: [M],
    as type: C.Type = C.self
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<C>?>? {
    array(messages) { message($0, as: type) }
  }

  /// A map as a repeated field of entries.
  ///
  /// - Parameters:
  ///   - entries: In the order of their keys, so that equal messages give equal bytes.
  ///   - descriptor: The descriptor of the entries.
  public func map<Key, Value, C>(
    _ entries: [(key: Key, value: Value)],
    of descriptor: MessageDescriptor,
    as type: C.Type = C.self,
    _ fill: (borrowing MessageWriter, Key, Value) -> Void
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<C>?>? {
    array(entries) { entry in
      nested(descriptor, as: type) { writer in fill(writer, entry.key, entry.value) }
    }
  }

  @inlinable
  func allocate<Element>(
    _ count: Int,
    of type: Element.Type
  ) -> UnsafeMutablePointer<Element> {
    arena.allocateUnbounded(count * MemoryLayout<Element>.stride)
      .bindMemory(to: type, capacity: count)
  }
}
