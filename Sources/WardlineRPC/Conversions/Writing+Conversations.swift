import ChatModel
import ChatRepository
import WardlineAPI

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
      readAtMs: participant.read.movedAt?.milliseconds ?? 0,
      participantRole: .init(participant.conversationRole),
      joinedSequence: participant.joinedSequence.rawValue,
      leftSequence: participant.leftSequence?.rawValue ?? 0,
      acknowledgedUpTo: participant.acknowledged.upTo.rawValue,
      acknowledgedAtMs: participant.acknowledged.movedAt?.milliseconds ?? 0
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
    unreadCount: Int = 0,
    mutedUntil: Timestamp? = nil
  ) {
    self.init(
      conversationID: conversation.id.description,
      title: conversation.title ?? "",
      type: .init(conversation.type),
      isActive: conversation.isActive,
      userID: (conversation.pair?.userID ?? conversation.patient)?.rawValue ?? "",
      memberID: (conversation.pair?.memberID ?? conversation.member(among: participants))?
        .rawValue ?? "",
      createdBySenderID: conversation.createdBy.description,
      createdAtMs: conversation.createdAt.milliseconds,
      updatedAtMs: conversation.updatedAt.milliseconds,
      lastSequence: conversation.lastSequence.rawValue,
      lastMessage: lastMessage.map { .init($0) },
      unreadCount: Int64(unreadCount),
      participants: participants.map { .init($0) },
      history: .init(conversation.history),
      mutedUntilMs: mutedUntil?.milliseconds ?? 0,
      patientID: conversation.patient?.rawValue ?? "",
      careRole: conversation.careRole.map { .init($0) } ?? .unspecified,
      preview: conversation.isSensitive ? "" : lastMessage?.preview ?? "",
      isSensitive: conversation.isSensitive
    )
  }

  init(_ summary: ConversationSummary) {
    self.init(
      summary.conversation,
      participants: summary.participants,
      lastMessage: summary.lastMessage,
      unreadCount: summary.unreadCount,
      mutedUntil: summary.mutedUntil
    )
  }
}

extension ChatModel.Conversation {
  /// Who answers the patient of a support conversation: of the role that it is about, whoever has come
  /// last.
  fileprivate func member(among participants: [ChatModel.Participant]) -> UserID? {
    guard patient != nil else { return nil }
    return participants.last { $0.isActive && $0.role == careRole }?.userID
  }
}

extension WardlineAPI.ParticipantRole {
  init(_ role: ChatModel.ParticipantRole) {
    self =
      switch role {
      case .owner: .owner
      case .moderator: .moderator
      case .member: .member
      }
  }
}

extension WardlineAPI.HistoryVisibility {
  init(_ history: ChatModel.HistoryVisibility) {
    self =
      switch history {
      case .all: .all
      case .fromJoin: .fromJoin
      }
  }
}

extension ChatModel.Message {
  /// What a list shows of it.
  fileprivate var preview: String {
    if isDeleted { return "deleted" }
    let text = String(content.prefix(100))
    return switch type {
    case .text, .system: text
    case .file: text.isEmpty ? "file" : text
    case .image: text.isEmpty ? "photo" : text
    case .call: text.isEmpty ? "call" : text
    }
  }
}
