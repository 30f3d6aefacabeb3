/// The outcome of a call, with the numbers and names of gRPC.
///
/// A code that this version does not know keeps its number.
public struct StatusCode: Sendable, Hashable, RawRepresentable {
  public var rawValue: Int32

  @inlinable
  public init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  /// The call did what it was asked to do.
  @inlinable public static var ok: StatusCode { StatusCode(rawValue: 0) }
  /// The caller gave up before the call ended.
  @inlinable public static var cancelled: StatusCode { StatusCode(rawValue: 1) }
  /// The other side failed in a way that it did not name.
  @inlinable public static var unknown: StatusCode { StatusCode(rawValue: 2) }
  /// The request is wrong whatever the state of the server: change it before trying again.
  @inlinable public static var invalidArgument: StatusCode { StatusCode(rawValue: 3) }
  /// The time allowed for the call is over. What it was to do may have been done.
  @inlinable public static var deadlineExceeded: StatusCode { StatusCode(rawValue: 4) }
  /// There is no such thing, or none that the caller may know of.
  @inlinable public static var notFound: StatusCode { StatusCode(rawValue: 5) }
  /// The thing to create is there already, and is another one.
  @inlinable public static var alreadyExists: StatusCode { StatusCode(rawValue: 6) }
  /// The caller is known and may not do this.
  @inlinable public static var permissionDenied: StatusCode { StatusCode(rawValue: 7) }
  /// A limit has been reached: try again later, or ask for less.
  @inlinable public static var resourceExhausted: StatusCode { StatusCode(rawValue: 8) }
  /// The state of the thing forbids it; the same call fails until that state changes.
  @inlinable public static var failedPrecondition: StatusCode { StatusCode(rawValue: 9) }
  /// Another change came between: try the whole operation again.
  @inlinable public static var aborted: StatusCode { StatusCode(rawValue: 10) }
  /// A position lies outside what there is.
  @inlinable public static var outOfRange: StatusCode { StatusCode(rawValue: 11) }
  /// The server has no such service or method.
  @inlinable public static var unimplemented: StatusCode { StatusCode(rawValue: 12) }
  /// The server broke a rule of its own.
  @inlinable public static var `internal`: StatusCode { StatusCode(rawValue: 13) }
  /// The server cannot answer now: the same call may be tried again.
  @inlinable public static var unavailable: StatusCode { StatusCode(rawValue: 14) }
  /// What was stored is damaged.
  @inlinable public static var dataLoss: StatusCode { StatusCode(rawValue: 15) }
  /// Nobody knows who is calling, or the proof is not valid.
  @inlinable public static var unauthenticated: StatusCode { StatusCode(rawValue: 16) }

  static let names = [
    "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
    "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",
    "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
  ]
}

extension StatusCode: CustomStringConvertible {
  /// The name as gRPC writes it, such as `NOT_FOUND`; `CODE_n` for a number without a name.
  public var description: String {
    let index = Int(rawValue)
    return Self.names.indices.contains(index) ? Self.names[index] : "CODE_\(rawValue)"
  }
}
