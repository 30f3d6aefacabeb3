import ChatModel

/// Makes events of what the log keeps of them: equal to what the commit told the viewer.
struct EventResolver {
  let snapshot: Snapshot
  private let viewer: UserID
  private var participants: [ConversationID: [StoredParticipant]] = [:]

  init(snapshot: Snapshot, for viewer: UserID) {
    self.snapshot = snapshot
    self.viewer = viewer
  }

  mutating func resolve(_ stored: StoredEvent) throws -> Event {
    let members = try stored.conversationID.map { try self.members(of: $0) } ?? []
    let audience =
      stored.audience
      ?? members.filter { $0.sees(stored.position) }.map(\.participant.userID)
    var event = Event(
      position: stored.position,
      conversationID: stored.conversationID,
      occurredAt: stored.occurredAt,
      audience: audience,
      kind: try EventSubject(stored, members, snapshot).kind()
    )
    if let parent = event.kind.replyTo, try !isSeen(parent.id, members) {
      event.withoutReply = [viewer]
    }
    return event.shown(to: viewer)
  }

  /// Whether the viewer, who took part when the event happened, may see a message of before.
  private func isSeen(_ id: MessageID, _ members: [StoredParticipant]) throws -> Bool {
    if try Queries.isHidden(id, from: viewer, snapshot.db) { return false }
    guard let conversation = try Queries.conversation(id.conversation, snapshot.db) else {
      throw DamagedRow()
    }
    switch conversation.history {
    case .all: return true
    case .fromJoin:
      return members.map(\.participant).contains {
        $0.userID == viewer && $0.wasPresent(at: id.sequence)
      }
    }
  }

  private mutating func members(of id: ConversationID) throws -> [StoredParticipant] {
    if let members = participants[id] { return members }
    let members = try Queries.participants(of: id, snapshot.db)
    participants[id] = members
    return members
  }
}
