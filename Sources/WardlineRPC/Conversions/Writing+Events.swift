import ChatModel
import WardlineAPI

extension WardlineAPI.Event {
  init(_ event: ChatModel.Event) {
    self.init(
      conversationID: event.conversationID?.description ?? "",
      occurredAtMs: event.occurredAt.milliseconds,
      change: .init(event.kind)
    )
  }
}

extension WardlineAPI.Event.Change {
  fileprivate init(_ kind: ChatModel.Event.Kind) {
    self =
      switch kind {
      case .conversationCreated(let conversation, let participants):
        .conversationCreated(.init(conversation, participants: participants))
      case .conversationUpdated(let change): .conversationUpdated(.init(change))
      case .participantJoined(let participant):
        .participantJoined(.init(participant: .init(participant)))
      case .participantLeft(let id, let user, let reason):
        .participantLeft(
          .init(senderID: id.description, userID: user.rawValue, reason: .init(reason))
        )
      case .participantChanged(let id, let user, let role):
        .participantChanged(
          .init(senderID: id.description, userID: user.rawValue, participantRole: .init(role))
        )
      case .messageCreated(let message): .messageCreated(.init(message))
      case .messageEdited(let message): .messageEdited(.init(message: .init(message)))
      case .messageDeleted(let id, let user):
        .messageDeleted(.init(messageID: id.description, deletedByUserID: user.rawValue))
      case .messageHidden(let id): .messageHidden(.init(messageID: id.description))
      case .reactionAdded(let id, let user, let emoji):
        .reactionAdded(.init(messageID: id.description, userID: user.rawValue, emoji: emoji))
      case .reactionRemoved(let id, let user, let emoji):
        .reactionRemoved(.init(messageID: id.description, userID: user.rawValue, emoji: emoji))
      case .receiptMoved(let move): .receiptMoved(.init(move))
      case .conversationMuted(let until):
        .conversationMuted(.init(mutedUntilMs: until?.milliseconds ?? 0))
      case .assignmentChanged(let assignment): .assignmentChanged(.init(assignment))
      case .attachmentChanged(let change):
        .attachmentChanged(
          .init(
            attachmentID: change.id.description,
            state: .init(change.state),
            hasThumbnail: change.hasThumbnail
          )
        )
      }
  }
}

extension WardlineAPI.ConversationUpdated {
  fileprivate init(_ change: ConversationChange) {
    self.init(
      title: change.title ?? "",
      isActive: change.isActive,
      history: .init(change.history),
      changedByUserID: change.by.rawValue,
      isSensitive: change.isSensitive
    )
  }
}

extension WardlineAPI.DepartureReason {
  fileprivate init(_ reason: ChatModel.DepartureReason) {
    self =
      switch reason {
      case .left: .left
      case .removed: .removed
      case .handedOver: .handedOver
      case .deactivated: .deactivated
      }
  }
}

extension WardlineAPI.ReceiptMoved {
  fileprivate init(_ move: ReceiptMove) {
    self.init(
      senderID: move.participantID.description,
      userID: move.userID.rawValue,
      kind: .init(move.kind),
      upTo: move.upTo.rawValue
    )
  }
}

extension WardlineAPI.ReceiptKind {
  fileprivate init(_ kind: ChatModel.ReceiptKind) {
    self =
      switch kind {
      case .delivered: .delivered
      case .read: .read
      case .acknowledged: .acknowledged
      }
  }
}

extension WardlineAPI.AssignmentChanged {
  fileprivate init(_ assignment: ChatModel.CareAssignment) {
    self.init(
      patientID: assignment.patient.rawValue,
      professionalID: assignment.professional.rawValue,
      careRole: .init(assignment.role),
      assignedAtMs: assignment.assignedAt.milliseconds,
      endedAtMs: assignment.endedAt?.milliseconds ?? 0,
      assignedByUserID: assignment.assignedBy.rawValue,
      note: assignment.note ?? ""
    )
  }
}
