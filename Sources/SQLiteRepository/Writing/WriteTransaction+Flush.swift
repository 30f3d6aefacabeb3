import ChatModel
import GRDB

extension WriteTransaction {
  /// Writes what was put off until now. The last thing before the commit.
  func flush() throws {
    for open in takeUnwritten() { try flush(open) }
  }

  /// Writes what was put off for one conversation.
  private func flush(_ open: OpenConversation) throws {
    if open.isDirty { try flush(open.conversation) }
    open.isDirty = false
    open.isPutOff = false
    for member in open.takeDirtyMembers() { try flush(member) }
  }

  private func flush(_ conversation: Conversation) throws {
    try db.run(
      """
      UPDATE chat_conversations SET last_sequence = ?, last_message_at = ?
      WHERE conversation_id = ?
      """,
      [
        conversation.lastSequence.rawValue, conversation.lastMessageAt?.milliseconds,
        conversation.id.rawValue,
      ]
    )
  }

  private func flush(_ member: StoredParticipant) throws {
    let participant = member.participant
    try db.run(
      """
      UPDATE chat_participants SET delivered_up_to = ?, delivered_at = ?, read_up_to = ?,
        read_at = ?, acknowledged_up_to = ?, acknowledged_at = ?, not_counted_after_read = ?
      WHERE participant_id = ?
      """,
      [
        participant.delivered.upTo.rawValue, participant.delivered.movedAt?.milliseconds,
        participant.read.upTo.rawValue, participant.read.movedAt?.milliseconds,
        participant.acknowledged.upTo.rawValue, participant.acknowledged.movedAt?.milliseconds,
        member.notCountedAfterRead, participant.id.rawValue,
      ]
    )
  }
}
