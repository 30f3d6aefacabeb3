/// How far a message has got with everyone else in the conversation.
public enum MessageStatus: String, Hashable, Sendable, CaseIterable, Codable {
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
  /// With nobody else there it is `sent`. Who joined later stands in nobody's way: his watermarks
  /// begin where he joined.
  public init(
    of sequence: MessageSequence,
    from sender: ParticipantID,
    among participants: [Participant]
  ) {
    guard let sender = participants.first(where: { $0.id == sender }) else {
      self = .sent
      return
    }
    self = MessageStatuses(among: participants).status(of: sequence, from: sender)
  }
}

/// The status of any message of a conversation, of whose participants each is looked at once.
public struct MessageStatuses: Sendable {
  /// The two least of each watermark, with whose they are: one of them is not the sender's.
  private var delivered: [(user: UserID, upTo: MessageSequence)] = []
  private var read: [(user: UserID, upTo: MessageSequence)] = []

  public init(among participants: [Participant]) {
    for participant in participants where participant.isActive {
      Self.keepLeast(&delivered, participant.userID, participant.delivered.upTo)
      Self.keepLeast(&read, participant.userID, participant.read.upTo)
    }
  }

  private static func keepLeast(
    _ least: inout [(user: UserID, upTo: MessageSequence)],
    _ user: UserID,
    _ upTo: MessageSequence
  ) {
    let index = least.firstIndex { upTo < $0.upTo } ?? least.count
    if index < 2 { least.insert((user, upTo), at: index) }
    if least.count > 2 { least.removeLast() }
  }

  public func status(of sequence: MessageSequence, from sender: Participant) -> MessageStatus {
    guard let delivered = delivered.first(where: { $0.user != sender.userID }),
      let read = read.first(where: { $0.user != sender.userID })
    else { return .sent }
    if read.upTo >= sequence { return .read }
    return delivered.upTo >= sequence ? .delivered : .sent
  }
}
