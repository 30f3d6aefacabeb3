public import ChatModel

/// The wish to add a message to a conversation.
public struct AppendMessage: Hashable, Sendable {
  /// Where a message goes.
  public enum Destination: Hashable, Sendable {
    /// A conversation in which the sender takes part.
    case conversation(ConversationID)
    /// The direct conversation with a user, which is created if there is none.
    case direct(UserID)
  }

  public var sender: UserID
  public var destination: Destination
  public var type: MessageType
  /// Already checked against `ChatLimits`.
  public var content: String
  public var attachmentURL: String?
  /// If set, a repetition of this request does nothing and gets the answer of the first.
  public var idempotencyKey: IdempotencyKey?
  /// The server's time.
  public var now: Timestamp

  public init(
    sender: UserID,
    destination: Destination,
    type: MessageType = .text,
    content: String,
    attachmentURL: String? = nil,
    idempotencyKey: IdempotencyKey? = nil,
    now: Timestamp
  ) {
    self.sender = sender
    self.destination = destination
    self.type = type
    self.content = content
    self.attachmentURL = attachmentURL
    self.idempotencyKey = idempotencyKey
    self.now = now
  }
}

/// A message that is stored: what never changes about it.
public struct AppendedMessage: Hashable, Sendable {
  public var id: MessageID
  public var senderID: ParticipantID
  public var createdAt: Timestamp
  /// Whether an earlier request with the same key stored it. Not for the caller, who must not be
  /// able to tell: for metrics and tests.
  public var isDuplicate: Bool

  public init(
    id: MessageID,
    senderID: ParticipantID,
    createdAt: Timestamp,
    isDuplicate: Bool
  ) {
    self.id = id
    self.senderID = senderID
    self.createdAt = createdAt
    self.isDuplicate = isDuplicate
  }
}
