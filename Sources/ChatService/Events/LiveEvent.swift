public import ChatModel
import Synchronization

/// An event on its way to subscribers, with what it looks like on their wire.
///
/// All subscribers get the same bytes, so whoever needs them first makes them for all.
public final class LiveEvent: Sendable {
  public let event: Event
  private let encoding = Mutex<(any Sendable)?>(nil)

  public init(_ event: Event) {
    self.event = event
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
