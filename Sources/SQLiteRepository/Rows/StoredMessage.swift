import ChatModel

/// A message whose sender, and what it refers to, is not yet resolved.
struct StoredMessage {
  var id: MessageID
  var senderID: ParticipantID
  var type: MessageType
  var content: String
  var attachmentURL: String?
  var createdAt: Timestamp
  var updatedAt: Timestamp
  var replyTo: MessageSequence?
  var priority: MessagePriority
  var version: Int
  var deletedAt: Timestamp?
  var mentions: [UserID]
  var attachmentID: AttachmentID?
  var forwardedFrom: MessageID?
  var actingService: UserID?
  var position: EventPosition

  var parent: MessageID? {
    replyTo.map { MessageID(conversation: id.conversation, sequence: $0) }
  }

  func resolved(
    sender: Participant,
    status: MessageStatus,
    replyTo: MessageReference?,
    reactions: [Reaction]
  ) -> Message {
    var message = Message(
      id: id,
      sender: MessageSender(sender),
      type: type,
      content: content,
      attachmentURL: attachmentURL,
      createdAt: createdAt,
      updatedAt: updatedAt,
      status: status
    )
    message.priority = priority
    message.mentions = mentions
    message.version = version
    message.deletedAt = deletedAt
    message.replyTo = replyTo
    message.forwardedFrom = forwardedFrom
    message.attachmentID = attachmentID
    message.actingService = actingService
    message.reactions = reactions
    return message
  }
}

extension StoredRow {
  /// - Throws: `DamagedRow` unless the row is as it was written.
  mutating func message() throws -> StoredMessage {
    beginChecksum()
    let message = try StoredMessage(
      id: MessageID(conversation: conversationID(), sequence: sequence()),
      senderID: participantID(),
      type: value(),
      content: string(),
      attachmentURL: optionalString(),
      createdAt: timestamp(),
      updatedAt: timestamp(),
      replyTo: optionalInt64().flatMap(MessageSequence.init(rawValue:)),
      priority: bool() ? .urgent : .routine,
      version: int(),
      deletedAt: optionalTimestamp(),
      mentions: UserList.users(optionalString()),
      attachmentID: optionalAttachmentID(),
      forwardedFrom: optionalString().flatMap { MessageID($0) },
      actingService: optionalUserID(),
      position: position()
    )
    try endChecksum()
    return message
  }
}
