public import ChatModel

/// The wish that a participant has another role in a conversation. Asking again changes nothing.
public struct SetParticipantRole: WriteIntent {
  public static let operation = "Conversations/SetParticipantRole"

  public var conversation: ConversationID
  public var user: UserID
  public var role: ParticipantRole

  public init(
    conversation: ConversationID,
    user: UserID,
    role: ParticipantRole
  ) {
    self.conversation = conversation
    self.user = user
    self.role = role
  }

  public func apply(to transaction: some ChatTransaction) throws -> ParticipantRoleSet {
    try transaction.setParticipantRole(self)
  }
}

/// A participant's role in a conversation.
public struct ParticipantRoleSet: Hashable, Sendable, Codable {
  public var participantID: ParticipantID
  public var role: ParticipantRole

  public init(participantID: ParticipantID, role: ParticipantRole) {
    self.participantID = participantID
    self.role = role
  }
}
