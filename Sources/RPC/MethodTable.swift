/// All methods that a server serves, found by the bytes of their names.
///
/// A look-up makes no `String`: it hashes the bytes as they came and compares them with those of
/// the one candidate.
public struct MethodTable: Sendable {
  /// What a look-up finds.
  public enum Match {
    case found(ServerMethod)
    case unknownMethod
    case unknownService
  }

  /// Two methods of the same name.
  public struct DuplicateMethod: Error, Hashable, CustomStringConvertible {
    public let fullName: String
    public var description: String { "\(fullName) is in the method table twice" }
  }

  /// A class, so that a look-up counts one reference and not three.
  private final class Slot: Sendable {
    let service: [UInt8]
    let name: [UInt8]
    let method: ServerMethod

    init(_ method: ServerMethod) {
      service = Array(method.descriptor.service.utf8)
      name = Array(method.descriptor.name.utf8)
      self.method = method
    }
  }

  private var slots: [Slot?]
  private let mask: Int
  /// In the order they were given.
  public let methods: [ServerMethod]

  /// - Throws: `DuplicateMethod`.
  public init(_ methods: [ServerMethod]) throws {
    self.methods = methods
    var capacity = 16
    while capacity < methods.count * 4 { capacity *= 2 }
    slots = Array(repeating: nil, count: capacity)
    mask = capacity - 1
    for method in methods { try insert(method) }
  }

  private mutating func insert(_ method: ServerMethod) throws {
    let slot = Slot(method)
    var index = slot.service.withUnsafeBytes { service in
      slot.name.withUnsafeBytes { Self.hash($0, Self.hash(service, Self.seed)) & mask }
    }
    while let taken = slots[index] {
      if taken.service == slot.service && taken.name == slot.name {
        throw DuplicateMethod(fullName: method.descriptor.fullName)
      }
      index = (index + 1) & mask
    }
    slots[index] = slot
  }

  /// Finds a method by the names that a request carries.
  public func find(service: UnsafeRawBufferPointer, method: UnsafeRawBufferPointer) -> Match {
    var index = Self.hash(method, Self.hash(service, Self.seed)) & mask
    while let slot = slots[index] {
      if Self.equal(slot.name, method) && Self.equal(slot.service, service) {
        return .found(slot.method)
      }
      index = (index + 1) & mask
    }
    return isKnown(service) ? .unknownMethod : .unknownService
  }

  private func isKnown(_ service: UnsafeRawBufferPointer) -> Bool {
    slots.contains { $0.map { Self.equal($0.service, service) } ?? false }
  }

  private static func equal(_ name: [UInt8], _ bytes: UnsafeRawBufferPointer) -> Bool {
    guard name.count == bytes.count else { return false }
    return name.withUnsafeBytes { unsafe in
      for index in 0..<bytes.count where unsafe[index] != bytes[index] { return false }
      return true
    }
  }

  private static let seed = 0x1b87_3593

  /// FNV-1a over eight bytes at a time. The table is fixed before a peer sends anything, so a peer
  /// cannot make it slow by choosing names.
  private static func hash(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int {
    var hash = UInt64(truncatingIfNeeded: start ^ bytes.count)
    var offset = 0
    while offset + 8 <= bytes.count {
      hash = (hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* prime
      hash ^= hash >> 29
      offset += 8
    }
    while offset < bytes.count {
      hash = (hash ^ UInt64(bytes[offset])) &* prime
      offset += 1
    }
    return Int(truncatingIfNeeded: (hash ^ (hash >> 32)) & 0x7fff_ffff)
  }

  private static let prime: UInt64 = 0x9e37_79b9_7f4a_7c15
}
