/// How far a message has got with everyone else in the conversation.
public enum MessageStatus: String, Hashable, Sendable, CaseIterable {
  /// It is stored.
  case sent
  /// It has reached every other active participant.
  case delivered
  /// Every other active participant has read it.
  case read
}

extension MessageStatus {
  /// The status of message `sequence` of `sender`, given the conversation's participants.
  ///
  /// With nobody else there it is `sent`.
  public init(
    of sequence: MessageSequence,
    from sender: ParticipantID,
    among participants: [Participant]
  ) {
    let others = participants.filter { $0.isActive && $0.id != sender }
    if others.isEmpty {
      self = .sent
    } else if others.allSatisfy({ $0.read.upTo >= sequence }) {
      self = .read
    } else if others.allSatisfy({ $0.delivered.upTo >= sequence }) {
      self = .delivered
    } else {
      self = .sent
    }
  }
}
