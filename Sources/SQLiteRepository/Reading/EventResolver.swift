import ChatModel

/// Makes events of what the log keeps of them: equal to those that the commit told of.
struct EventResolver {
  let snapshot: Snapshot
  private var participants: [ConversationID: [StoredParticipant]] = [:]

  init(snapshot: Snapshot) { self.snapshot = snapshot }

  mutating func resolve(_ stored: StoredEvent) throws -> Event {
    let members = try stored.conversationID.map { try self.members(of: $0) } ?? []
    let audience =
      stored.audience
      ?? members.filter { $0.sees(stored.position) }.map(\.participant.userID)
    return Event(
      position: stored.position,
      conversationID: stored.conversationID,
      occurredAt: stored.occurredAt,
      audience: audience,
      kind: try EventSubject(stored, members, snapshot).kind()
    )
  }

  private mutating func members(of id: ConversationID) throws -> [StoredParticipant] {
    if let members = participants[id] { return members }
    let members = try Queries.participants(of: id, snapshot.db)
    participants[id] = members
    return members
  }
}
