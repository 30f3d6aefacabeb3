public import ChatModel

/// Which messages of a conversation to read, and in which order.
public struct MessageRange: Hashable, Sendable {
  public enum Order: Hashable, Sendable {
    case ascending
    case descending
  }

  /// Only messages with a greater number, if set.
  public var after: MessageSequence?
  /// Only messages with a lesser number, if set.
  public var before: MessageSequence?
  public var order: Order
  /// The most messages, from 1.
  public var limit: Int
  /// The most bytes of content; the first message comes whatever its size.
  public var byteLimit: Int

  public init(
    after: MessageSequence? = nil,
    before: MessageSequence? = nil,
    order: Order = .ascending,
    limit: Int,
    byteLimit: Int
  ) {
    self.after = after
    self.before = before
    self.order = order
    self.limit = limit
    self.byteLimit = byteLimit
  }
}
