import ChatModel
import ChatRepository
import GRDB

extension Snapshot {
  func receipts(
    of id: MessageID,
    at time: Timestamp?,
    visibleTo viewer: UserID?
  ) throws -> [Receipt] {
    guard let view = try view(of: id.conversation, for: viewer),
      view.visibility.contains(id.sequence), let message = try Queries.message(id, db)
    else { throw ChatError.notFound(.message) }
    let participants = view.members.map(\.participant)
    guard let sender = participants.first(where: { $0.id == message.senderID }) else {
      throw DamagedRow()
    }
    return try view.shownParticipants
      .filter { $0.userID != sender.userID && $0.wasPresent(at: id.sequence) }
      .map { try receipt(of: id.sequence, for: $0, at: time) }
  }

  private func receipt(
    of sequence: MessageSequence,
    for participant: Participant,
    at time: Timestamp?
  ) throws -> Receipt {
    let moves = try ReceiptKind.allCases.map { kind in
      try firstMove(kind, of: participant.id, covering: sequence)
    }
    // What is more implies what is less, also if a device never said so.
    let known = moves.indices.map { index in
      moves[index...].compactMap(\.self).min().flatMap { moved in
        time.map { moved <= $0 } ?? true ? moved : nil
      }
    }
    let leftAt = participant.leftAt.flatMap { left in time.map { left <= $0 } ?? true ? left : nil }
    return Receipt(
      participantID: participant.id,
      userID: participant.userID,
      displayName: participant.displayName,
      deliveredAt: known[0],
      readAt: known[1],
      acknowledgedAt: known[2],
      isActive: leftAt == nil
    )
  }

  private func firstMove(
    _ kind: ReceiptKind,
    of participant: ParticipantID,
    covering sequence: MessageSequence
  ) throws -> Timestamp? {
    try db.first(
      """
      SELECT moved_at FROM receipts
      WHERE participant_id = ? AND kind = ? AND up_to >= ? ORDER BY up_to LIMIT 1
      """,
      [participant.rawValue, kind.rawValue, sequence.rawValue]
    ) { try $0.timestamp() }
  }
}
