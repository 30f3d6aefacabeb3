import ChatModel

/// Makes events of what the log keeps of them: equal to those that the commit told of.
struct EventResolver {
  let snapshot: Snapshot
  private var participants: [ConversationID: [StoredParticipant]] = [:]

  init(snapshot: Snapshot) { self.snapshot = snapshot }

  mutating func resolve(_ stored: StoredEvent) throws -> Event {
    let members = try members(of: stored.conversationID)
    let kind: Event.Kind =
      switch stored.kind {
      case .conversationCreated: try beginning(stored, members)
      case .messageCreated: .messageCreated(try message(stored, members))
      case .receiptMoved: .receiptMoved(try move(stored, members))
      }
    return Event(
      position: stored.position,
      conversationID: stored.conversationID,
      occurredAt: stored.occurredAt,
      audience: members.filter { $0.sees(stored.position) }.map(\.participant.userID),
      kind: kind
    )
  }

  private mutating func members(of id: ConversationID) throws -> [StoredParticipant] {
    if let members = participants[id] { return members }
    let members = try Queries.participants(of: id, snapshot.db)
    participants[id] = members
    return members
  }

  /// The conversation as it was when it began, not as it has become.
  private func beginning(
    _ stored: StoredEvent,
    _ members: [StoredParticipant]
  ) throws -> Event.Kind {
    guard var conversation = try Queries.conversation(stored.conversationID, snapshot.db) else {
      throw DamagedRow()
    }
    conversation.isActive = true
    conversation.updatedAt = conversation.createdAt
    conversation.lastSequence = .zero
    conversation.lastMessageAt = nil
    let first = members.filter { $0.joinedPosition.next == stored.position }.map { member in
      var participant = member.participant
      participant.isActive = true
      participant.leftAt = nil
      participant.delivered = .start
      participant.read = .start
      return participant
    }
    return .conversationCreated(conversation, participants: first)
  }

  private func message(
    _ stored: StoredEvent,
    _ members: [StoredParticipant]
  ) throws -> Message {
    guard let sequence = stored.sequence,
      let message = try Queries.message(
        MessageID(conversation: stored.conversationID, sequence: sequence),
        snapshot.db
      ),
      let sender = members.first(where: { $0.participant.id == message.senderID })
    else { throw DamagedRow() }
    return message.resolved(sender: sender.participant, status: .sent)
  }

  private func move(
    _ stored: StoredEvent,
    _ members: [StoredParticipant]
  ) throws -> ReceiptMove {
    guard let upTo = stored.sequence, let kind = stored.receiptKind,
      let member = members.first(where: { $0.participant.id == stored.participantID })
    else { throw DamagedRow() }
    return ReceiptMove(
      participantID: member.participant.id,
      userID: member.participant.userID,
      kind: kind,
      upTo: upTo,
      movedAt: stored.occurredAt
    )
  }
}
