public import NIOCore

/// Calls of one connection that are alike: of one method, brought by one read, and with one outcome
/// as far as they have ended.
///
/// The engine hands it over when it has handed over the answers of a read, or of a turn of the loop,
/// and earlier when the next call is not like these.
public struct CallTally: Sendable {
  public let method: MethodDescriptor
  /// Calls that have begun.
  public internal(set) var started = 0
  /// Calls that have ended, some of them perhaps begun in an earlier tally.
  public internal(set) var ended = 0
  /// How those that have ended did so.
  public internal(set) var status = StatusCode.ok
  /// When the read began that brought those that have ended.
  public internal(set) var startedAt: NIODeadline

  public init(
    _ method: MethodDescriptor,
    started: Int = 0,
    ended: Int = 0,
    status: StatusCode = .ok,
    startedAt: NIODeadline
  ) {
    self.method = method
    self.started = started
    self.ended = ended
    self.status = status
    self.startedAt = startedAt
  }

  /// Counts a call that begins, if it is like the others.
  package mutating func start(_ other: MethodDescriptor) -> Bool {
    guard other === method else { return false }
    started &+= 1
    return true
  }

  /// Counts a call that ends, if it is like the others.
  mutating func end(
    _ other: MethodDescriptor,
    _ status: StatusCode,
    startedAt: NIODeadline
  ) -> Bool {
    guard other === method else { return false }
    if ended == 0 {
      self.status = status
      self.startedAt = startedAt
    } else if self.status != status || self.startedAt != startedAt {
      return false
    }
    ended &+= 1
    return true
  }
}
