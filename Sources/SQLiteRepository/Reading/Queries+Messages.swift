import ChatModel
import GRDB

extension Queries {
  /// The reactions to a stretch of messages, by message; each emoji's users in the order of giving.
  static func reactions(
    in id: ConversationID,
    _ stretch: ClosedRange<MessageSequence>,
    _ db: Database
  ) throws -> [MessageSequence: [Reaction]] {
    var found: [MessageSequence: [Reaction]] = [:]
    try db.each(
      """
      SELECT sequence, emoji, user_id FROM reactions
      WHERE conversation_id = ? AND sequence BETWEEN ? AND ? ORDER BY sequence, position
      """,
      [id.rawValue, stretch.lowerBound.rawValue, stretch.upperBound.rawValue]
    ) { row in
      let sequence = try row.sequence()
      let emoji = try row.string()
      let user = try row.userID()
      var reactions = found[sequence] ?? []
      if let index = reactions.firstIndex(where: { $0.emoji == emoji }) {
        reactions[index].users.append(user)
        reactions[index].count += 1
      } else {
        reactions.append(Reaction(emoji: emoji, count: 1, users: [user]))
      }
      found[sequence] = reactions
      return true
    }
    return found
  }

  /// What a reply shows of the message that it answers, as that is now.
  static func reference(
    to id: MessageID,
    among members: [StoredParticipant],
    _ db: Database
  ) throws -> MessageReference {
    guard let parent = try message(id, db),
      let sender = members.first(where: { $0.participant.id == parent.senderID })
    else { throw DamagedRow() }
    return MessageReference(
      id: id,
      sender: MessageSender(sender.participant),
      type: parent.type,
      preview: String(parent.content.prefix(previewLength)),
      isDeleted: parent.deletedAt != nil
    )
  }

  /// Characters.
  static let previewLength = 100

  /// A message as events hold it: with its sender and the message that it answers, without status
  /// and reactions.
  static func eventMessage(
    _ message: StoredMessage,
    among members: [StoredParticipant],
    _ db: Database
  ) throws -> Message {
    guard let sender = members.first(where: { $0.participant.id == message.senderID }) else {
      throw DamagedRow()
    }
    return message.resolved(
      sender: sender.participant,
      status: .sent,
      replyTo: try message.parent.map { try reference(to: $0, among: members, db) },
      reactions: []
    )
  }
}
