import ChatModel

/// What one event of the log tells of, looked up in the tables.
struct EventSubject {
  private let stored: StoredEvent
  private let members: [StoredParticipant]
  private let snapshot: Snapshot

  init(_ stored: StoredEvent, _ members: [StoredParticipant], _ snapshot: Snapshot) {
    self.stored = stored
    self.members = members
    self.snapshot = snapshot
  }

  func kind() throws -> Event.Kind {
    switch stored.kind {
    case .conversationCreated: try beginning()
    case .conversationUpdated: .conversationUpdated(try require(stored.detail?.change))
    case .participantJoined: .participantJoined(try newcomer())
    case .participantLeft:
      .participantLeft(
        try participant().id,
        try participant().userID,
        reason: try require(stored.detail?.reason)
      )
    case .participantChanged:
      .participantChanged(
        try participant().id,
        try participant().userID,
        role: try require(stored.detail?.role)
      )
    case .messageCreated: .messageCreated(try message(version: 1))
    case .messageEdited:
      .messageEdited(try message(version: try require(stored.detail?.version)))
    case .messageDeleted: .messageDeleted(try messageID(), by: try require(stored.detail?.user))
    case .messageHidden: .messageHidden(try messageID())
    case .reactionAdded:
      .reactionAdded(try messageID(), try user(), emoji: try require(stored.detail?.emoji))
    case .reactionRemoved:
      .reactionRemoved(try messageID(), try user(), emoji: try require(stored.detail?.emoji))
    case .receiptMoved: .receiptMoved(try move())
    case .conversationMuted: .conversationMuted(until: stored.detail?.until)
    case .assignmentChanged: .assignmentChanged(try require(stored.detail?.assignment))
    case .attachmentChanged: .attachmentChanged(try require(stored.detail?.attachment))
    }
  }

  /// The conversation as it was when it began, not as it has become.
  private func beginning() throws -> Event.Kind {
    let id = try require(stored.conversationID)
    var conversation = try require(try Queries.conversation(id, snapshot.db))
    conversation.isActive = true
    conversation.updatedAt = conversation.createdAt
    conversation.lastSequence = .zero
    conversation.lastMessageAt = nil
    conversation.title = stored.detail?.change?.title
    conversation.isSensitive = false
    conversation.history = stored.detail?.change?.history ?? .all
    let isShownWhole = ConversationRules.of(conversation.type).showsParticipantsToAll
    let beginners = members.filter {
      $0.joinedPosition.next == stored.position
        && (isShownWhole || $0.participant.role != .patient)
    }
    let first = beginners.map(\.participant).map { participant in
      participant.asNewcomer(
        role: conversation.firstPart(
          of: participant.role,
          isCreator: participant.id == conversation.createdBy
        )
      )
    }
    return .conversationCreated(conversation, participants: first)
  }

  private func newcomer() throws -> Participant {
    try participant().asNewcomer(role: try require(stored.detail?.role))
  }

  /// A message in the words of one of its versions; a tombstone if it was deleted.
  private func message(version: Int) throws -> Message {
    var message = try require(try Queries.message(messageID(), snapshot.db))
    if message.deletedAt == nil, message.version != version {
      let versions = try Queries.versions(of: message.id, snapshot.db)
      let words = try require(versions.first { $0.number == version })
      message.content = words.content
      message.mentions = words.mentions
      message.updatedAt = words.writtenAt
    }
    // Also of a tombstone: the event stays the one that it was.
    message.version = version
    return try Queries.eventMessage(message, among: members, snapshot.db)
  }

  private func move() throws -> ReceiptMove {
    ReceiptMove(
      participantID: try participant().id,
      userID: try participant().userID,
      kind: try require(stored.receiptKind),
      upTo: try require(stored.sequence),
      movedAt: stored.occurredAt
    )
  }

  private func messageID() throws -> MessageID {
    MessageID(
      conversation: try require(stored.conversationID),
      sequence: try require(stored.sequence)
    )
  }

  private func user() throws -> UserID { try require(stored.detail?.user) }

  private func participant() throws -> Participant {
    try require(members.first { $0.participant.id == stored.participantID }).participant
  }

  private func require<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw DamagedRow() }
    return value
  }
}

extension Participant {
  /// As he was when he joined.
  fileprivate func asNewcomer(role: ParticipantRole) -> Participant {
    var participant = self
    participant.isActive = true
    participant.leftAt = nil
    participant.leftSequence = nil
    participant.conversationRole = role
    let mark = Watermark(upTo: joinedSequence, movedAt: nil)
    participant.delivered = mark
    participant.read = mark
    participant.acknowledged = mark
    return participant
  }
}
