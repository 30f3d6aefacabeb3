/// The key-value pairs that travel with a request, in the order they were sent.
///
/// Keys are compared without regard to ASCII case, as in gRPC. A key may occur more than once.
public struct Metadata: Sendable, Hashable {
  public struct Entry: Sendable, Hashable {
    public var key: String
    public var value: String

    public init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  public private(set) var entries: [Entry]

  @inlinable
  public init() {
    self.init(entries: [])
  }

  public init(entries: [Entry]) {
    self.entries = entries
  }

  public var isEmpty: Bool { entries.isEmpty }

  /// The value of the first entry with that key.
  public func first(_ key: String) -> String? {
    if entries.isEmpty { return nil }
    return entries.first { Self.sameKey($0.key, key) }?.value
  }

  public mutating func append(_ key: String, _ value: String) {
    entries.append(Entry(key: key, value: value))
  }

  private static func sameKey(_ a: String, _ b: String) -> Bool {
    a.utf8.count == b.utf8.count
      && a.utf8.elementsEqual(b.utf8) { lowercased($0) == lowercased($1) }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}

extension Metadata: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init(entries: elements.map { Entry(key: $0.0, value: $0.1) })
  }
}

extension Metadata: CustomStringConvertible {
  /// The keys only: a value may be a token.
  public var description: String { "Metadata(\(entries.map(\.key).joined(separator: ", ")))" }
}
