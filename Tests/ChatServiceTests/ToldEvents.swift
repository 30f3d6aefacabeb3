import ChatModel
import ChatRepository
import Testing

@testable import ChatService

extension HistoryComparison {
  /// Whether everybody's log holds exactly what they were told of, in order: nothing from before
  /// they came, nothing from after they went.
  func differencesOfLogs() async throws -> [String] {
    var found: [String] = []
    for person in people {
      let events = try await log(of: person.userID)
      for (id, oracle) in groups {
        let lines = events.filter { $0.conversationID == id }.map { Self.line($0.kind) }
        let expected = oracle.told[person.userID] ?? []
        guard lines != expected else { continue }
        let first = zip(lines, expected).enumerated().first { $0.element.0 != $0.element.1 }
        found.append(
          "\(person.userID) has \(lines.count) events, not \(expected.count); first difference: "
            + "\(first.map { "\($0)" } ?? "at the end")"
        )
      }
    }
    return found
  }

  private func log(of user: UserID) async throws -> [Event] {
    var events: [Event] = []
    var query = EventQuery(after: .zero, user: user)
    while true {
      let page = try await ward.repository.events(query)
      events += page.events
      if page.reachedHead { return events }
      query.after = page.reached
    }
  }

  private static func line(_ kind: Event.Kind) -> String {
    switch kind {
    case .conversationCreated: "created"
    case .conversationUpdated(let change): "history \(change.history)"
    case .participantJoined(let participant): "joined \(participant.userID)"
    case .participantLeft(_, let user, _): "left \(user)"
    case .participantChanged(_, let user, _): "changed \(user)"
    case .messageCreated(let message): "message \(message.sequence)"
    case .messageEdited(let message):
      // Of what was deleted since, only that is told.
      "edited \(message.sequence), version \(message.version)"
    case .messageDeleted(let id, _): "deleted \(id.sequence)"
    case .messageHidden(let id): "hidden \(id.sequence)"
    case .reactionAdded(let id, let user, let emoji): "+\(emoji) \(id.sequence) \(user)"
    case .reactionRemoved(let id, let user, let emoji): "-\(emoji) \(id.sequence) \(user)"
    case .receiptMoved(let move): "\(move.kind) \(move.upTo) \(move.userID)"
    case .conversationMuted: "muted"
    case .assignmentChanged: "assigned"
    case .attachmentChanged: "attachment"
    }
  }
}
