import ChatModel
import ChatRepository
import WardlineAPI

extension WardlineAPI.MessageType {
  init(_ type: ChatModel.MessageType) {
    self =
      switch type {
      case .text: .text
      case .file: .file
      case .image: .image
      case .system: .system
      case .call: .call
      }
  }
}

extension WardlineAPI.MessageStatus {
  init(_ status: ChatModel.MessageStatus) {
    self =
      switch status {
      case .sent: .sent
      case .delivered: .delivered
      case .read: .read
      }
  }
}

extension WardlineAPI.MessagePriority {
  init(_ priority: ChatModel.MessagePriority) {
    self =
      switch priority {
      case .routine: .routine
      case .urgent: .urgent
      }
  }
}

extension WardlineAPI.Sender {
  init(_ sender: MessageSender) {
    self.init(
      senderID: sender.participantID.description,
      userID: sender.userID.rawValue,
      userType: .init(sender.role),
      displayName: sender.displayName
    )
  }
}

extension WardlineAPI.Message {
  init(_ message: ChatModel.Message) {
    self.init(
      messageID: message.id.description,
      conversationID: message.conversationID.description,
      sequence: message.sequence.rawValue,
      senderID: message.sender.participantID.description,
      sender: .init(message.sender),
      messageType: .init(message.type),
      content: message.content,
      attachmentURL: message.attachmentURL ?? "",
      isRead: message.isRead,
      status: .init(message.status),
      createdAtMs: message.createdAt.milliseconds,
      updatedAtMs: message.updatedAt.milliseconds,
      priority: .init(message.priority),
      mentions: message.mentions.map(\.rawValue),
      version: Int32(clamping: message.version),
      isDeleted: message.isDeleted,
      deletedAtMs: message.deletedAt?.milliseconds ?? 0,
      replyTo: message.replyTo.map { .init($0) },
      forwardedFrom: message.forwardedFrom?.description ?? "",
      attachmentID: message.attachmentID?.description ?? "",
      actingServiceID: message.actingService?.rawValue ?? "",
      reactions: message.reactions.map { .init($0) }
    )
  }
}

extension WardlineAPI.MessageReference {
  init(_ reference: ChatModel.MessageReference) {
    self.init(
      messageID: reference.id.description,
      sender: .init(reference.sender),
      messageType: .init(reference.type),
      preview: reference.preview,
      isDeleted: reference.isDeleted
    )
  }
}

extension WardlineAPI.Reaction {
  init(_ reaction: ChatModel.Reaction) {
    self.init(
      emoji: reaction.emoji,
      count: Int32(clamping: reaction.count),
      userIDs: reaction.users.map(\.rawValue)
    )
  }
}

extension WardlineAPI.MessageVersion {
  init(_ version: ChatModel.MessageVersion) {
    self.init(
      version: Int32(clamping: version.number),
      content: version.content,
      mentions: version.mentions.map(\.rawValue),
      writtenAtMs: version.writtenAt.milliseconds
    )
  }
}

extension WardlineAPI.Receipt {
  init(_ receipt: ChatModel.Receipt) {
    self.init(
      senderID: receipt.participantID.description,
      userID: receipt.userID.rawValue,
      displayName: receipt.displayName,
      deliveredAtMs: receipt.deliveredAt?.milliseconds ?? 0,
      readAtMs: receipt.readAt?.milliseconds ?? 0,
      acknowledgedAtMs: receipt.acknowledgedAt?.milliseconds ?? 0,
      isActive: receipt.isActive
    )
  }
}

extension SendMessageResponse {
  init(_ message: AppendedMessage) {
    self.init(
      messageID: message.id.description,
      conversationID: message.id.conversation.description,
      sequence: message.id.sequence.rawValue,
      senderID: message.senderID.description,
      createdAtMs: message.createdAt.milliseconds
    )
  }
}
