/// The number of a stream on its connection. Clients open odd ones, strictly increasing.
public struct StreamID: Sendable, Hashable, Comparable, RawRepresentable {
  public var rawValue: UInt32

  @inlinable
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  @inlinable
  public init(_ rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// The connection itself, where a frame belongs to no stream.
  @inlinable public static var connection: StreamID { StreamID(0) }
  /// The last stream that a client opens on a connection before it needs a new one.
  @inlinable public static var lastOfClient: StreamID { StreamID((1 << 31) - 1) }
  /// The highest number there is: after it a connection has none left.
  @inlinable public static var last: StreamID { StreamID(.max) }

  /// Whether the number is one that a client may open.
  @inlinable public var isClientInitiated: Bool { rawValue & 1 == 1 }

  @inlinable
  public static func < (a: StreamID, b: StreamID) -> Bool { a.rawValue < b.rawValue }
}

extension StreamID: CustomStringConvertible {
  public var description: String { "\(rawValue)" }
}
