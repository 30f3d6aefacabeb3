import ChatModel
import ChatRepository
import GRDB

extension WriteTransaction {
  /// Those who take part and may see a message: others must not learn from an event that it was
  /// changed, let alone what it says now.
  ///
  /// - Returns: nil if all of them may.
  func viewers(of id: MessageID, in open: OpenConversation) throws -> [UserID]? {
    let hidden = try Queries.usersWithout(id, db)
    if hidden.isEmpty, open.conversation.history == .all { return nil }
    let viewers = open.audience.filter { !hidden.contains($0) }
    switch open.conversation.history {
    case .all: return viewers
    case .fromJoin:
      let present = Set(
        open.members.map(\.participant).filter { $0.wasPresent(at: id.sequence) }.map(\.userID)
      )
      let seeing = viewers.filter(present.contains)
      return seeing.count == open.audience.count ? nil : seeing
    }
  }

  /// Those who take part and may not see the message that another one answers.
  func blind(to reference: MessageReference?, in open: OpenConversation) throws -> Set<UserID> {
    guard let reference, let viewers = try viewers(of: reference.id, in: open) else { return [] }
    return Set(open.audience).subtracting(viewers)
  }

  /// Who learns that the actor did something to a message; nil means all who take part.
  func witnesses(of id: MessageID, in open: OpenConversation) throws -> [UserID]? {
    guard let viewers = try viewers(of: id, in: open) else {
      return open.witnesses(of: context.actor)
    }
    guard let witnesses = open.witnesses(of: context.actor) else { return viewers }
    return viewers.filter(Set(witnesses).contains)
  }
}
