import ChatModel
import ChatRepository
import GRDB

extension WriteTransaction {
  func moveWatermark(_ intent: MoveWatermark) throws -> WatermarkState {
    guard let open = try conversation(intent.conversation),
      let index = open.activeIndex(of: context.actor)
    else { throw ChatError.notFound(.conversation) }
    let before = open.members[index].participant
    let upTo = min(intent.upTo, open.conversation.lastSequence)
    guard upTo > before[intent.kind].upTo else { return state(open, index, moved: false) }

    // A clock that was set back must not have him read what was not sent yet.
    let earlier = [
      before.delivered.movedAt, before.read.movedAt, before.acknowledged.movedAt, before.joinedAt,
      open.conversation.lastMessageAt,
    ]
    let time = earlier.compactMap(\.self).reduce(context.now, max)
    let move = ReceiptMove(
      participantID: before.id,
      userID: before.userID,
      kind: intent.kind,
      upTo: upTo,
      movedAt: time
    )
    try insert(move)
    let passed = try notCounted(passedBy: move, before, in: open)
    putOff(open)
    open.changeMember(at: index) { $0.advance(by: move, passed: passed) }
    try record(
      .receiptMoved(move),
      in: open,
      at: time,
      for: open.witnesses(of: context.actor)
    )
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

  /// Of the messages that the read watermark passes, those that did not count as unread.
  ///
  /// Each message is passed once, so all moves together cost as much as there are messages; a move
  /// to the end, which nearly all are, costs nothing.
  private func notCounted(
    passedBy move: ReceiptMove,
    _ participant: Participant,
    in open: OpenConversation
  ) throws -> Int? {
    guard move.kind != .delivered, move.upTo > participant.read.upTo else { return 0 }
    if move.upTo == open.conversation.lastSequence { return nil }
    return try Queries.notCounted(
      in: open.conversation.id,
      for: participant,
      after: participant.read.upTo,
      upTo: move.upTo,
      db
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
      acknowledged: member.participant.acknowledged,
      unreadCount: member.unreadCount(upTo: open.conversation.lastSequence),
      moved: moved
    )
  }
}

extension Participant {
  fileprivate subscript(kind: ReceiptKind) -> Watermark {
    switch kind {
    case .delivered: delivered
    case .read: read
    case .acknowledged: acknowledged
    }
  }
}

extension StoredParticipant {
  /// - Parameter passed: messages that did not count and now lie before the read watermark; nil if
  ///   all do.
  fileprivate mutating func advance(by move: ReceiptMove, passed: Int?) {
    let mark = Watermark(upTo: move.upTo, movedAt: move.movedAt)
    if mark.upTo > participant.delivered.upTo { participant.delivered = mark }
    if move.kind != .delivered, mark.upTo > participant.read.upTo {
      participant.read = mark
      notCountedAfterRead = passed.map { notCountedAfterRead - $0 } ?? 0
    }
    if move.kind == .acknowledged { participant.acknowledged = mark }
  }
}
