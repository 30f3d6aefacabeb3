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

  private let rows: Rows
  /// In the order they were given.
  public let methods: [ServerMethod]

  /// - Throws: `DuplicateMethod`.
  public init(_ methods: [ServerMethod]) throws {
    self.methods = methods
    rows = Rows(capacity: Self.capacity(for: methods.count))
    for method in methods {
      if !rows.insert(method) { throw DuplicateMethod(fullName: method.descriptor.fullName) }
    }
  }

  private static func capacity(for count: Int) -> Int {
    var capacity = 16
    while capacity < count * 4 { capacity *= 2 }
    return capacity
  }

  /// Finds methods without counting references: valid for as long as the table.
  package var lookup: MethodLookup { rows.lookup }

  /// Finds a method by the names that a request carries.
  public func find(service: UnsafeRawBufferPointer, method: UnsafeRawBufferPointer) -> Match {
    if let found = lookup.find(service, method) {
      return .found(found.takeUnretainedValue())
    }
    let isKnown = methods.contains { service.elementsEqual($0.descriptor.service.utf8) }
    return isKnown ? .unknownMethod : .unknownService
  }
}
