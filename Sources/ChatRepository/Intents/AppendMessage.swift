public import ChatModel

/// The wish to add a message of the actor to a conversation.
public struct AppendMessage: WriteIntent, Codable {
  /// Where a message goes.
  public enum Destination: Hashable, Sendable, Codable {
    /// A conversation in which the sender takes part.
    case conversation(ConversationID)
    /// The direct conversation with a user, which is created if there is none.
    case direct(UserID)
    /// The support conversation with whoever is assigned to the sender in a role, which is created
    /// if there is none.
    case assigned(Role)
    /// A patient: the support conversation if the sender has them in care, else the direct one. Either
    /// is created if there is none.
    case patient(UserID)
  }

  public static let operation = "Messages/Send"

  public var destination: Destination
  public var type: MessageType
  /// Already checked against `ChatLimits`, as everything here.
  public var content: String
  public var attachmentID: AttachmentID?
  public var priority: MessagePriority
  /// The message that it answers, which must be of the same conversation.
  public var replyTo: MessageID?
  /// Users of the conversation, each once.
  public var mentions: [UserID]
  /// The message that it repeats, which the sender must see: what that says when this is stored
  /// takes the place of `type`, `content` and `attachmentID`.
  public var forwardedFrom: MessageID?
  /// Who the sender says to be, by participant or user: it must be true.
  public var claimedSender: String?

  public init(
    destination: Destination,
    type: MessageType = .text,
    content: String,
    attachmentID: AttachmentID? = nil,
    priority: MessagePriority = .routine,
    replyTo: MessageID? = nil,
    mentions: [UserID] = [],
    forwardedFrom: MessageID? = nil
  ) {
    self.destination = destination
    self.type = type
    self.content = content
    self.attachmentID = attachmentID
    self.priority = priority
    self.replyTo = replyTo
    self.mentions = mentions
    self.forwardedFrom = forwardedFrom
  }

  public func apply(to transaction: some ChatTransaction) throws -> AppendedMessage {
    try transaction.append(self)
  }
}

/// A message that is stored: what never changes about it.
public struct AppendedMessage: Hashable, Sendable, Codable {
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
