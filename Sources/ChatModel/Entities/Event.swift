/// One change, as it stands in the log.
///
/// The same event is equal whether it comes live from a commit or later from the log, as long as
/// nobody changed his name in between.
public struct Event: Hashable, Sendable {
  /// What changed.
  public enum Kind: Hashable, Sendable {
    /// A conversation began: it and its first participants, as they were then.
    case conversationCreated(Conversation, participants: [Participant])
    case messageCreated(Message)
    /// A participant got further. A move of `read` also moves `delivered`.
    case receiptMoved(ReceiptMove)
  }

  public var position: EventPosition
  public var conversationID: ConversationID
  public var occurredAt: Timestamp
  /// The users who may see it: the participants who were active at this position.
  public var audience: [UserID]
  public var kind: Kind

  public init(
    position: EventPosition,
    conversationID: ConversationID,
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
}
