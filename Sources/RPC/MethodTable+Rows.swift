extension MethodTable {
  /// The hash table under a method table: open addressing over rows of plain memory.
  ///
  /// Plain memory, because a look-up in arrays of objects counted three references and checked more
  /// bounds than it compared bytes: 390 instructions where this takes 90.
  ///
  /// `@unchecked Sendable` is sound because rows are only written while a `MethodTable` is made,
  /// before anybody else has it.
  final class Rows: @unchecked Sendable {
    fileprivate struct Row {
      /// Both names, one after the other; nil where the row is free.
      var names: UnsafeRawPointer?
      var serviceLength = 0
      var nameLength = 0
      /// Retained for as long as the rows live.
      var method: Unmanaged<ServerMethod>?
    }

    private let rows: UnsafeMutableBufferPointer<Row>
    private let mask: Int

    /// The way to find rows without a reference to them: valid for as long as they live.
    var lookup: MethodLookup { MethodLookup(rows: UnsafeBufferPointer(rows), mask: mask) }

    /// - Parameter capacity: a power of two, more than the rows that will be inserted.
    init(capacity: Int) {
      rows = .allocate(capacity: capacity)
      rows.initialize(repeating: Row())
      mask = capacity - 1
    }

    deinit {
      for row in rows {
        row.names?.deallocate()
        row.method?.release()
      }
      rows.deallocate()
    }

    /// - Returns: false when the method is there already.
    func insert(_ method: ServerMethod) -> Bool {
      var service = method.descriptor.service
      var name = method.descriptor.name
      return service.withUTF8 { service in
        name.withUTF8 { name in
          insert(method, UnsafeRawBufferPointer(service), UnsafeRawBufferPointer(name))
        }
      }
    }

    private func insert(
      _ method: ServerMethod,
      _ service: UnsafeRawBufferPointer,
      _ name: UnsafeRawBufferPointer
    ) -> Bool {
      if lookup.find(service, name) != nil { return false }
      let names = UnsafeMutableRawBufferPointer.allocate(
        byteCount: service.count + name.count + 1,
        alignment: 1
      )
      names.copyMemory(from: service)
      UnsafeMutableRawBufferPointer(rebasing: names[service.count...]).copyMemory(from: name)
      var index = MethodLookup.hash(service, name) & mask
      while rows[index].names != nil { index = (index + 1) & mask }
      rows[index] = Row(
        names: UnsafeRawPointer(names.baseAddress),
        serviceLength: service.count,
        nameLength: name.count,
        method: Unmanaged.passRetained(method)
      )
      return true
    }
  }
}

/// How methods are found by the connections of a server, without counting references for each call.
///
/// `@unchecked Sendable` is sound because nothing is written through it: the rows it points to are
/// complete before a table gives one away, and live for as long as the table, which `ServerShared`
/// keeps beside it.
package struct MethodLookup: @unchecked Sendable {
  fileprivate let rows: UnsafeBufferPointer<MethodTable.Rows.Row>
  fileprivate let mask: Int

  /// The method of those names, without a reference: it lives as long as the rows.
  package func find(
    _ service: UnsafeRawBufferPointer,
    _ name: UnsafeRawBufferPointer
  ) -> Unmanaged<ServerMethod>? {
    var index = Self.hash(service, name) & mask
    while let names = rows[index].names {
      if rows[index].serviceLength == service.count, rows[index].nameLength == name.count,
        Self.equal(names, service), Self.equal(names + service.count, name)
      {
        return rows[index].method
      }
      index = (index + 1) & mask
    }
    return nil
  }

  /// Whether the bytes are those at `start`, compared a word at a time; the last word overlaps the
  /// one before it.
  static func equal(_ start: UnsafeRawPointer, _ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let other = bytes.baseAddress else { return true }
    if bytes.count >= 8 { return equal(start, other, bytes.count, by: UInt64.self) }
    if bytes.count >= 4 { return equal(start, other, bytes.count, by: UInt32.self) }
    return equal(start, other, bytes.count, by: UInt8.self)
  }

  private static func equal<Word: FixedWidthInteger & BitwiseCopyable>(
    _ one: UnsafeRawPointer,
    _ other: UnsafeRawPointer,
    _ count: Int,
    by word: Word.Type
  ) -> Bool {
    let last = count &- MemoryLayout<Word>.size
    var offset = 0
    while offset < last {
      let expected = one.loadUnaligned(fromByteOffset: offset, as: word)
      if expected != other.loadUnaligned(fromByteOffset: offset, as: word) { return false }
      offset &+= MemoryLayout<Word>.size
    }
    if last < 0 { return true }
    return one.loadUnaligned(fromByteOffset: last, as: word)
      == other.loadUnaligned(fromByteOffset: last, as: word)
  }

  /// Mixes the lengths and the ends of both names, which is where the names of one program differ.
  /// The table is fixed before a peer sends anything, so a peer cannot make it slow by choosing
  /// names.
  fileprivate static func hash(
    _ service: UnsafeRawBufferPointer,
    _ name: UnsafeRawBufferPointer
  ) -> Int {
    let lengths = UInt64(truncatingIfNeeded: service.count << 8 ^ name.count)
    var hash = (ends(of: service) ^ lengths) &* prime
    hash = (hash ^ (hash >> 29) ^ ends(of: name)) &* prime
    return Int(truncatingIfNeeded: hash >> 33)
  }

  /// The first four and the last four bytes.
  private static func ends(of bytes: UnsafeRawBufferPointer) -> UInt64 {
    guard bytes.count >= 4 else { return bytes.reduce(0) { $0 << 8 | UInt64($1) } }
    let first = bytes.loadUnaligned(as: UInt32.self)
    let last = bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self)
    return UInt64(first) << 32 | UInt64(last)
  }

  private static let prime: UInt64 = 0x9e37_79b9_7f4a_7c15
}
