public import ChatModel

/// The wish to delete a message, for the actor alone or for everybody. Asking again changes nothing.
public struct DeleteMessage: WriteIntent {
  public enum Scope: String, Hashable, Sendable, Codable {
    /// The others keep it.
    case me
    /// What is left is a tombstone; the content and its versions are gone.
    case all
  }

  public static let operation = "Messages/Delete"

  public var message: MessageID
  public var scope: Scope
  /// How long after it was sent, in milliseconds, its sender may delete it for everybody. Who manages
  /// the conversation always may.
  public var windowMilliseconds: Int

  public init(message: MessageID, scope: Scope, windowMilliseconds: Int) {
    self.message = message
    self.scope = scope
    self.windowMilliseconds = windowMilliseconds
  }

  private enum CodingKeys: CodingKey {
    case message, scope
  }

  public static func subject(of outcome: DeletedMessage) -> String? {
    outcome.id.description
  }

  public func apply(to transaction: some ChatTransaction) throws -> DeletedMessage {
    try transaction.deleteMessage(self)
  }
}

/// A message that is deleted.
public struct DeletedMessage: Hashable, Sendable, Codable {
  public var id: MessageID
  public var deletedAt: Timestamp

  public init(id: MessageID, deletedAt: Timestamp) {
    self.id = id
    self.deletedAt = deletedAt
  }
}
