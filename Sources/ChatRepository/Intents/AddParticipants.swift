public import ChatModel

/// The wish that users take part in a conversation. Who takes part already stays as he is.
public struct AddParticipants: WriteIntent {
  public static let operation = "Conversations/AddParticipants"

  public var conversation: ConversationID
  /// Each once.
  public var users: [UserID]
  public var role: ParticipantRole
  /// The most users in a conversation.
  public var participantsMax: Int

  public init(
    conversation: ConversationID,
    users: [UserID],
    role: ParticipantRole = .member,
    participantsMax: Int
  ) {
    self.conversation = conversation
    self.users = users
    self.role = role
    self.participantsMax = participantsMax
  }

  private enum CodingKeys: CodingKey {
    case conversation, users, role
  }

  public func apply(to transaction: some ChatTransaction) throws -> AddedParticipants {
    try transaction.addParticipants(self)
  }
}

/// The participations of those who were asked in, old and new.
public struct AddedParticipants: Hashable, Sendable, Codable {
  public var participants: [Participant]

  public init(participants: [Participant]) {
    self.participants = participants
  }
}
