import ChatModel
import ChatRepository
import GRDB

extension WriteTransaction {
  func react(_ asked: React) throws -> Reacted {
    var intent = asked
    guard let open = try conversation(intent.message.conversation),
      open.activeIndex(of: context.actor) != nil
    else { throw ChatError.notFound(.message) }
    let message = try visibleMessage(intent.message, in: open, to: context.actor)
    guard message.deletedAt == nil else { throw ChatError.failedPrecondition(.messageDeleted) }
    guard open.conversation.isActive else {
      throw ChatError.failedPrecondition(.conversationClosed)
    }
    let reactions =
      try Queries.reactions(
        in: intent.message.conversation,
        intent.message.sequence...intent.message.sequence,
        db
      )[intent.message.sequence] ?? []
    // The same emoji in whichever of its spellings: as it was given first.
    let same = reactions.first { $0.emoji.isSameEmoji(as: asked.emoji) }
    intent.emoji = same?.emoji ?? asked.emoji
    let present = same?.users ?? []
    let isThere = present.contains(context.actor)
    guard isThere != intent.isAdded else {
      return Reacted(id: intent.message, count: present.count)
    }
    if intent.isAdded {
      guard !present.isEmpty || reactions.count < intent.emojisMax else {
        throw ChatError.limitReached(
          "a message takes at most \(intent.emojisMax) different emoji"
        )
      }
      try add(intent, in: open)
    } else {
      try remove(intent, in: open)
    }
    return Reacted(id: intent.message, count: present.count + (intent.isAdded ? 1 : -1))
  }

  private func add(_ intent: React, in open: OpenConversation) throws {
    try db.run(
      """
      INSERT INTO reactions (conversation_id, sequence, emoji, user_id, position)
      VALUES (?, ?, ?, ?, ?)
      """,
      [
        intent.message.conversation.rawValue, intent.message.sequence.rawValue, intent.emoji,
        context.actor.rawValue, try nextPosition().rawValue,
      ]
    )
    try record(
      .reactionAdded(intent.message, context.actor, emoji: intent.emoji),
      in: open,
      at: context.now,
      for: witnesses(of: intent.message, in: open)
    )
  }

  private func remove(_ intent: React, in open: OpenConversation) throws {
    try db.run(
      """
      DELETE FROM reactions
      WHERE conversation_id = ? AND sequence = ? AND emoji = ? AND user_id = ?
      """,
      [
        intent.message.conversation.rawValue, intent.message.sequence.rawValue, intent.emoji,
        context.actor.rawValue,
      ]
    )
    try record(
      .reactionRemoved(intent.message, context.actor, emoji: intent.emoji),
      in: open,
      at: context.now,
      for: witnesses(of: intent.message, in: open)
    )
  }
}

extension String {
  /// Keyboards differ in whether they say that a sign is meant as an emoji (U+FE0F) where it could be
  /// a letter too.
  fileprivate func isSameEmoji(as other: String) -> Bool {
    unicodeScalars.lazy.filter { $0 != "\u{FE0F}" }
      .elementsEqual(other.unicodeScalars.lazy.filter { $0 != "\u{FE0F}" })
  }
}
