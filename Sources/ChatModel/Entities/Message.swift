/// A message as it is stored, with its sender resolved.
public struct Message: Hashable, Sendable {
  public var id: MessageID
  public var sender: MessageSender
  public var type: MessageType
  public var content: String
  public var attachmentURL: String?
  /// The server's time, never before that of the message before it.
  public var createdAt: Timestamp
  public var updatedAt: Timestamp
  /// As it was when the message was read from the repository; `sent` in events.
  public var status: MessageStatus

  public init(
    id: MessageID,
    sender: MessageSender,
    type: MessageType,
    content: String,
    attachmentURL: String?,
    createdAt: Timestamp,
    updatedAt: Timestamp,
    status: MessageStatus
  ) {
    self.id = id
    self.sender = sender
    self.type = type
    self.content = content
    self.attachmentURL = attachmentURL
    self.createdAt = createdAt
    self.updatedAt = updatedAt
    self.status = status
  }

  public var conversationID: ConversationID { id.conversation }
  public var sequence: MessageSequence { id.sequence }
  /// Whether every other active participant has read it.
  public var isRead: Bool { status == .read }
}
