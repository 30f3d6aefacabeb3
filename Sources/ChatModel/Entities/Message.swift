/// A message as it is stored, with its sender resolved.
public struct Message: Hashable, Sendable, Codable {
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
  public var priority = MessagePriority.routine
  /// Who is spoken to by name: users of the conversation.
  public var mentions: [UserID] = []
  /// From 1; an edit makes the next.
  public var version = 1
  /// When it was deleted for everybody: what is left is a tombstone without content.
  public var deletedAt: Timestamp?
  /// The message that it answers.
  public var replyTo: MessageReference?
  /// The message that it repeats from elsewhere.
  public var forwardedFrom: MessageID?
  public var attachmentID: AttachmentID?
  /// The service that sent it in the sender's name.
  public var actingService: UserID?
  /// As they were when the message was read; none in events.
  public var reactions: [Reaction] = []

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
  public var isDeleted: Bool { deletedAt != nil }
  public var isEdited: Bool { version > 1 }
  /// Whether every other active participant has read it.
  public var isRead: Bool { status == .read }
}
