public import ChatModel
import Synchronization

/// An event on its way to subscribers, with what it looks like on their wire.
///
/// All subscribers get the same bytes, so whoever needs them first makes them for all; but for those
/// who may see less of it, who have bytes of their own.
public final class LiveEvent: Sendable {
  public let event: Event
  private let encoding = Mutex<(any Sendable)?>(nil)
  /// For those who may not see what it answers; nil if all may.
  private let withoutReply: LiveEvent?

  public init(_ event: Event) {
    self.event = event
    withoutReply = event.withoutReply.first.map { LiveEvent(event.shown(to: $0)) }
  }

  /// What one of its audience gets.
  func shown(to user: UserID) -> LiveEvent {
    guard let withoutReply, event.withoutReply.contains(user) else { return self }
    return withoutReply
  }

  /// The encoding, made by `encode` once.
  public func encoded<Encoding: Sendable>(
    _ encode: (Event) throws -> Encoding
  ) rethrows -> Encoding {
    if let made = encoding.withLock({ $0 as? Encoding }) { return made }
    let made = try encode(event)
    encoding.withLock { $0 = made }
    return made
  }
}
