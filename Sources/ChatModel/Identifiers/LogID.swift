/// Which event log a position belongs to: drawn at random when a repository is created.
///
/// A cursor carries it, so that a cursor of another or a replaced repository is noticed instead of
/// being taken for a place in this one.
public struct LogID: Hashable, Sendable, Codable, CustomStringConvertible {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public var description: String { String(rawValue, radix: 16) }
}
