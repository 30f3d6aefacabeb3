import ChatModel
import GRDB

/// What one reader sees: the state of the database at one moment.
struct Snapshot {
  let db: Database

  /// The participants of a conversation, if `viewer` may know of it; nil if not, or if there is no
  /// such conversation.
  func participants(
    of id: ConversationID,
    visibleTo viewer: UserID?
  ) throws -> [StoredParticipant]? {
    let participants = try Queries.participants(of: id, db)
    guard !participants.isEmpty else { return nil }
    guard let viewer else { return participants }
    return participants.contains { $0.participant.isActive && $0.participant.userID == viewer }
      ? participants : nil
  }

  /// A message with its sender and its status.
  func resolve(_ message: StoredMessage, among participants: [Participant]) throws -> Message {
    guard let sender = participants.first(where: { $0.id == message.senderID }) else {
      throw DamagedRow()
    }
    let status = MessageStatus(of: message.id.sequence, from: sender.id, among: participants)
    return message.resolved(sender: sender, status: status)
  }
}
