public import ChatModel

/// The wish to give a message of the actor another text. The text before is kept as a version.
public struct EditMessage: WriteIntent {
  public static let operation = "Messages/Update"

  public var message: MessageID
  public var content: String
  public var mentions: [UserID]
  /// The version that the actor has seen; another one is a conflict. Nil edits whatever is there.
  public var expectedVersion: Int?
  /// How long after it was sent, in milliseconds, the message may be edited.
  public var windowMilliseconds: Int
  /// The most versions of one message.
  public var versionsMax: Int

  public init(
    message: MessageID,
    content: String,
    mentions: [UserID] = [],
    expectedVersion: Int? = nil,
    windowMilliseconds: Int,
    versionsMax: Int
  ) {
    self.message = message
    self.content = content
    self.mentions = mentions
    self.expectedVersion = expectedVersion
    self.windowMilliseconds = windowMilliseconds
    self.versionsMax = versionsMax
  }

  private enum CodingKeys: CodingKey {
    case message, content, mentions, expectedVersion
  }

  public static func subject(of outcome: EditedMessage) -> String? {
    outcome.id.description
  }

  public func apply(to transaction: some ChatTransaction) throws -> EditedMessage {
    try transaction.editMessage(self)
  }
}

/// The new version of a message.
public struct EditedMessage: Hashable, Sendable, Codable {
  public var id: MessageID
  public var version: Int
  public var updatedAt: Timestamp

  public init(id: MessageID, version: Int, updatedAt: Timestamp) {
    self.id = id
    self.version = version
    self.updatedAt = updatedAt
  }
}
