import ChatModel
import ChatRepository
import ChatService
import WardlineAPI

// From the chat's values to messages of the wire.

extension WardlineAPI.Role {
  init(_ role: ChatModel.Role) {
    self =
      switch role {
      case .patient: .patient
      case .doctor: .doctor
      case .dietitian: .dietitian
      case .pharmacist: .pharmacist
      case .nurse: .nurse
      case .admin: .admin
      case .service: .service
      }
  }
}

extension WardlineAPI.User {
  init(_ user: ChatModel.User) {
    self.init(
      userID: user.id.rawValue,
      displayName: user.displayName,
      role: .init(user.role),
      isActive: user.isActive,
      createdAtMs: user.createdAt.milliseconds,
      updatedAtMs: user.updatedAt.milliseconds
    )
  }
}

extension WardlineAPI.Principal {
  init(_ principal: ChatService.Principal) {
    self.init(
      userID: principal.userID.rawValue,
      displayName: principal.displayName,
      role: .init(principal.role),
      expiresAtMs: principal.expiresAt.milliseconds
    )
  }
}

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

extension WardlineAPI.Message {
  init(_ message: ChatModel.Message) {
    let sender = message.sender
    let senderID = sender.participantID.description
    self.init(
      messageID: message.id.description,
      conversationID: message.conversationID.description,
      sequence: message.sequence.rawValue,
      senderID: senderID,
      sender: Sender(
        senderID: senderID,
        userID: sender.userID.rawValue,
        userType: .init(sender.role),
        displayName: sender.displayName
      ),
      messageType: .init(message.type),
      content: message.content,
      attachmentURL: message.attachmentURL ?? "",
      isRead: message.isRead,
      status: .init(message.status),
      createdAtMs: message.createdAt.milliseconds,
      updatedAtMs: message.updatedAt.milliseconds
    )
  }
}

extension WardlineAPI.Participant {
  init(_ participant: ChatModel.Participant) {
    self.init(
      senderID: participant.id.description,
      conversationID: participant.conversationID.description,
      userID: participant.userID.rawValue,
      userType: .init(participant.role),
      displayName: participant.displayName,
      joinedAtMs: participant.joinedAt.milliseconds,
      leftAtMs: participant.leftAt?.milliseconds ?? 0,
      isActive: participant.isActive,
      createdAtMs: participant.createdAt.milliseconds,
      deliveredUpTo: participant.delivered.upTo.rawValue,
      deliveredAtMs: participant.delivered.movedAt?.milliseconds ?? 0,
      readUpTo: participant.read.upTo.rawValue,
      readAtMs: participant.read.movedAt?.milliseconds ?? 0
    )
  }
}

extension WardlineAPI.ConversationType {
  init(_ type: ChatModel.ConversationType) {
    self =
      switch type {
      case .direct: .direct
      case .group: .group
      case .support: .support
      case .broadcast: .broadcast
      }
  }
}

extension WardlineAPI.Conversation {
  init(
    _ conversation: ChatModel.Conversation,
    participants: [ChatModel.Participant],
    lastMessage: ChatModel.Message? = nil,
    unreadCount: Int = 0
  ) {
    self.init(
      conversationID: conversation.id.description,
      title: conversation.title ?? "",
      type: .init(conversation.type),
      isActive: conversation.isActive,
      userID: conversation.pair?.userID.rawValue ?? "",
      memberID: conversation.pair?.memberID.rawValue ?? "",
      createdBySenderID: conversation.createdBy.description,
      createdAtMs: conversation.createdAt.milliseconds,
      updatedAtMs: conversation.updatedAt.milliseconds,
      lastSequence: conversation.lastSequence.rawValue,
      lastMessage: lastMessage.map { .init($0) },
      unreadCount: Int64(unreadCount),
      participants: participants.map { .init($0) }
    )
  }

  init(_ summary: ConversationSummary) {
    self.init(
      summary.conversation,
      participants: summary.participants,
      lastMessage: summary.lastMessage,
      unreadCount: summary.unreadCount
    )
  }
}

extension WardlineAPI.Event {
  init(_ event: ChatModel.Event) {
    let change: Change =
      switch event.kind {
      case .conversationCreated(let conversation, let participants):
        .conversationCreated(.init(conversation, participants: participants))
      case .messageCreated(let message):
        .messageCreated(.init(message))
      case .receiptMoved(let move):
        .receiptMoved(.init(move))
      }
    self.init(
      conversationID: event.conversationID.description,
      occurredAtMs: event.occurredAt.milliseconds,
      change: change
    )
  }
}

extension WardlineAPI.ReceiptMoved {
  init(_ move: ReceiptMove) {
    self.init(
      senderID: move.participantID.description,
      userID: move.userID.rawValue,
      kind: move.kind == .read ? .read : .delivered,
      upTo: move.upTo.rawValue
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
      readAtMs: receipt.readAt?.milliseconds ?? 0
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
