import ChatModel

/// What an event means for what is ephemeral: who is together with whom, and who has ceased to type.
struct CircleChange {
  enum Kind {
    case nothing
    case wrote
    case joined
    case left
    case closed
    /// Who is together, or whether messages are taken, may have changed.
    case other
  }

  let kind: Kind
  /// Whom it is about, if anybody.
  let user: UserID?

  /// Whether what was known of the conversation's circle may be wrong now.
  var isOfCircle: Bool {
    switch kind {
    case .nothing, .wrote: false
    case .joined, .left, .closed, .other: true
    }
  }

  init(_ event: Event) {
    switch event.kind {
    case .messageCreated(let message): (kind, user) = (.wrote, message.sender.userID)
    case .conversationCreated: (kind, user) = (.joined, nil)
    case .conversationUpdated(let change): (kind, user) = (change.isActive ? .other : .closed, nil)
    case .participantJoined(let participant): (kind, user) = (.joined, participant.userID)
    case .participantLeft(_, let leaver, _): (kind, user) = (.left, leaver)
    case .participantChanged, .messageEdited, .messageDeleted, .messageHidden, .reactionAdded,
      .reactionRemoved, .receiptMoved, .conversationMuted, .assignmentChanged,
      .attachmentChanged:
      (kind, user) = (.nothing, nil)
    }
  }
}
