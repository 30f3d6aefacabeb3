/// Who sent a message, resolved so that it can be shown without another question.
public struct MessageSender: Hashable, Sendable, Codable {
  public var participantID: ParticipantID
  public var userID: UserID
  /// The sender's role when he joined the conversation.
  public var role: Role
  /// The sender's name as it is now.
  public var displayName: String

  public init(participantID: ParticipantID, userID: UserID, role: Role, displayName: String) {
    self.participantID = participantID
    self.userID = userID
    self.role = role
    self.displayName = displayName
  }

  public init(_ participant: Participant) {
    self.init(
      participantID: participant.id,
      userID: participant.userID,
      role: participant.role,
      displayName: participant.displayName
    )
  }
}
