/// One change, as it stands in the log.
///
/// The same event is equal whether it comes live from a commit or later from the log, as long as
/// nobody changed his name in between and what it tells of was not deleted: an event never gives
/// back a content that is gone.
public struct Event: Hashable, Sendable {
  /// What changed.
  public enum Kind: Hashable, Sendable {
    /// A conversation began: it and its first participants, as they were then.
    case conversationCreated(Conversation, participants: [Participant])
    case conversationUpdated(ConversationChange)
    case participantJoined(Participant)
    case participantLeft(ParticipantID, UserID, reason: DepartureReason)
    case participantChanged(ParticipantID, UserID, role: ParticipantRole)
    case messageCreated(Message)
    /// A new version of a message, which the message holds.
    case messageEdited(Message)
    /// A message was deleted for everybody.
    case messageDeleted(MessageID, by: UserID)
    /// The user who sees this deleted a message for himself.
    case messageHidden(MessageID)
    case reactionAdded(MessageID, UserID, emoji: String)
    case reactionRemoved(MessageID, UserID, emoji: String)
    /// A participant got further. A move of `read` also moves `delivered`, one of `acknowledged`
    /// both.
    case receiptMoved(ReceiptMove)
    /// The user who sees this muted the conversation until then; nil ends it.
    case conversationMuted(until: Timestamp?)
    case assignmentChanged(CareAssignment)
    /// The server has looked into an attachment: told to its owner and to those who may see a message
    /// that has it.
    case attachmentChanged(AttachmentChange)
  }

  public var position: EventPosition
  /// Nil if the event is about no conversation.
  public var conversationID: ConversationID?
  public var occurredAt: Timestamp
  /// The users who may see it: the participants who were active at this position, or those whom it
  /// concerns alone.
  public var audience: [UserID]
  /// Those of the audience who may not see what the event's message answers: to them it is shown
  /// without `replyTo`.
  public var withoutReply: Set<UserID> = []
  public var kind: Kind

  public init(
    position: EventPosition,
    conversationID: ConversationID?,
    occurredAt: Timestamp,
    audience: [UserID],
    kind: Kind
  ) {
    self.position = position
    self.conversationID = conversationID
    self.occurredAt = occurredAt
    self.audience = audience
    self.kind = kind
  }

  /// The event as one of its audience may see it.
  public func shown(to user: UserID) -> Event {
    var event = self
    event.withoutReply = []
    guard withoutReply.contains(user) else { return event }
    event.kind = kind.withoutReply
    return event
  }
}

extension Event.Kind {
  /// The message that the event's message answers.
  public var replyTo: MessageReference? {
    switch self {
    case .messageCreated(let message), .messageEdited(let message): message.replyTo
    default: nil
    }
  }

  fileprivate var withoutReply: Event.Kind {
    switch self {
    case .messageCreated(var message):
      message.replyTo = nil
      return .messageCreated(message)
    case .messageEdited(var message):
      message.replyTo = nil
      return .messageEdited(message)
    default:
      return self
    }
  }
}
