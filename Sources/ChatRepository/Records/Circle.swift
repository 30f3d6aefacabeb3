public import ChatModel

/// Who is together in a conversation now.
public struct Circle: Hashable, Sendable {
  /// Whether the conversation takes messages.
  public var isOpen: Bool
  public var type: ConversationType
  /// The users who are active participants; nil when they are more than was asked for.
  public var members: Set<UserID>?

  public init(isOpen: Bool, type: ConversationType, members: Set<UserID>?) {
    self.isOpen = isOpen
    self.type = type
    self.members = members
  }
}
