public import ChatModel

/// The wish to put an emoji under a message, or to take it away. Asking again changes nothing.
public struct React: WriteIntent {
  public static let operation = "Messages/React"

  public var message: MessageID
  public var emoji: String
  /// False takes it away.
  public var isAdded: Bool
  /// The most different emoji under one message.
  public var emojisMax: Int

  public init(
    message: MessageID,
    emoji: String,
    isAdded: Bool,
    emojisMax: Int
  ) {
    self.message = message
    self.emoji = emoji
    self.isAdded = isAdded
    self.emojisMax = emojisMax
  }

  private enum CodingKeys: CodingKey {
    case message, emoji, isAdded
  }

  public static func subject(of outcome: Reacted) -> String? {
    outcome.id.description
  }

  public func apply(to transaction: some ChatTransaction) throws -> Reacted {
    try transaction.react(self)
  }
}

/// Where an emoji stands under a message now.
public struct Reacted: Hashable, Sendable, Codable {
  public var id: MessageID
  /// How many users gave it.
  public var count: Int

  public init(id: MessageID, count: Int) {
    self.id = id
    self.count = count
  }
}
