import ChatModel
import ChatRepository
import GRDB

extension WriteTransaction {
  func moveWatermark(_ intent: MoveWatermark) throws -> WatermarkState {
    guard let open = try conversation(intent.conversation),
      let index = open.activeIndex(of: intent.user)
    else { throw ChatError.notFound(.conversation) }
    let before = open.members[index].participant
    let upTo = min(intent.upTo, open.conversation.lastSequence)
    let present = intent.kind == .read ? before.read : before.delivered
    guard upTo > present.upTo else { return state(open, index, moved: false) }

    let earlier = [before.delivered.movedAt, before.read.movedAt, before.joinedAt]
    let time = earlier.compactMap(\.self).reduce(intent.now, max)
    let move = ReceiptMove(
      participantID: before.id,
      userID: before.userID,
      kind: intent.kind,
      upTo: upTo,
      movedAt: time
    )
    try insert(move)
    let ownAfterRead =
      intent.kind == .read
      ? try Queries.messageCount(in: intent.conversation, from: before.id, after: upTo, db) : nil
    open.changeMember(at: index) { $0.advance(by: move, ownAfterRead: ownAfterRead) }
    try record(.receiptMoved(move), in: open, at: time)
    return state(open, index, moved: true)
  }

  private func insert(_ move: ReceiptMove) throws {
    try db.run(
      "INSERT INTO receipts (participant_id, kind, up_to, moved_at) VALUES (?, ?, ?, ?)",
      [
        move.participantID.rawValue, move.kind.rawValue, move.upTo.rawValue,
        move.movedAt.milliseconds,
      ]
    )
  }

  private func state(
    _ open: OpenConversation,
    _ index: Int,
    moved: Bool
  ) -> WatermarkState {
    let member = open.members[index]
    return WatermarkState(
      participantID: member.participant.id,
      delivered: member.participant.delivered,
      read: member.participant.read,
      unreadCount: member.unreadCount(upTo: open.conversation.lastSequence),
      moved: moved
    )
  }
}

extension StoredParticipant {
  /// - Parameter ownAfterRead: the new count, if the read watermark moves.
  fileprivate mutating func advance(by move: ReceiptMove, ownAfterRead: Int?) {
    let mark = Watermark(upTo: move.upTo, movedAt: move.movedAt)
    if mark.upTo > participant.delivered.upTo { participant.delivered = mark }
    if let ownAfterRead {
      participant.read = mark
      self.ownAfterRead = ownAfterRead
    }
  }
}
