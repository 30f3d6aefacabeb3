public import ChatModel

/// The wish that a user takes no further part in a conversation: the actor leaves, or removes
/// somebody.
public struct RemoveParticipant: WriteIntent {
  public static let operation = "Conversations/RemoveParticipant"

  public var conversation: ConversationID
  public var user: UserID

  public init(conversation: ConversationID, user: UserID) {
    self.conversation = conversation
    self.user = user
  }

  public func apply(to transaction: some ChatTransaction) throws -> RemovedParticipant {
    try transaction.removeParticipant(self)
  }
}

/// A participation that has ended.
public struct RemovedParticipant: Hashable, Sendable, Codable {
  public var participantID: ParticipantID
  public var leftAt: Timestamp

  public init(participantID: ParticipantID, leftAt: Timestamp) {
    self.participantID = participantID
    self.leftAt = leftAt
  }
}
