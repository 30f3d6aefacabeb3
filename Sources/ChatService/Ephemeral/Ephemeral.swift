public import ChatModel
import Synchronization

/// What subscribers are told as it happens and is kept nowhere.
public enum Ephemeral: Hashable, Sendable {
  /// Somebody has begun or ceased to type.
  case typing(UserID, in: ConversationID, isTyping: Bool)
  /// The newest state of some users. With `isIncomplete`, others have changed of whom nothing is
  /// said.
  case presence([Presence], isIncomplete: Bool)
}

/// Something ephemeral on its way to subscribers, with what it looks like on their wire.
public final class LiveEphemeral: Sendable {
  public let content: Ephemeral
  private let encoding = Mutex<(position: EventPosition, bytes: any Sendable)?>(nil)

  public init(_ content: Ephemeral) {
    self.content = content
  }

  /// The encoding beside the cursor of a position, made by `encode` once: nearly all subscribers are
  /// at the same position.
  public func encoded<Encoding: Sendable>(
    at position: EventPosition,
    _ encode: (Ephemeral) throws -> Encoding
  ) rethrows -> Encoding {
    let made = encoding.withLock { $0?.position == position ? $0?.bytes : nil }
    if let made = made as? Encoding { return made }
    let bytes = try encode(content)
    encoding.withLock { $0 = (position, bytes) }
    return bytes
  }
}
