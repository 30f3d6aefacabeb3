import WardlineAPI

extension Rendering {
  /// An event in one line: when, in which conversation, what.
  static func line(_ event: Event) -> String {
    "\(time(event.occurredAtMs))  \(plain(event.conversationID))  \(what(event))"
  }

  private static func what(_ event: Event) -> String {
    switch event.change {
    case .messageCreated(let message):
      "message #\(message.sequence)  \(plain(name(message))): \(plain(message.content))"
    case .receiptMoved(let receipt): what(receipt)
    case .conversationCreated(let conversation):
      "conversation of \(plain(people(conversation)))"
    case .conversationUpdated(let change):
      change.isActive ? "title: \(plain(change.title))" : "closed"
    case .participantJoined(let joined): "\(plain(joined.participant?.displayName ?? "")) joined"
    case .participantLeft(let left): "\(plain(left.userID)) left"
    case .participantChanged(let changed): "\(plain(changed.userID)) has another role"
    case .messageEdited(let edited):
      "edited: \(plain(edited.message?.content ?? ""))  \(plain(edited.message?.messageID ?? ""))"
    case .messageDeleted(let deleted): "deleted  \(plain(deleted.messageID))"
    case .messageHidden(let hidden): "deleted for me  \(plain(hidden.messageID))"
    case .reactionAdded(let reaction): "\(what(reaction)) added"
    case .reactionRemoved(let reaction): "\(what(reaction)) removed"
    case .conversationMuted(let muted): muted.mutedUntilMs == 0 ? "not muted" : "muted"
    case .assignmentChanged(let assignment):
      "\(plain(assignment.professionalID)) and \(plain(assignment.patientID)): care "
        + (assignment.endedAtMs == 0 ? "began" : "ended")
    case .attachmentChanged(let attachment):
      "attachment \(plain(attachment.attachmentID)): "
        + (attachment.state == .clean ? "clean" : "rejected")
        + (attachment.hasThumbnail ? ", with a thumbnail" : "")
    case nil: "something that this version does not know"
    }
  }

  private static func what(_ reaction: ReactionChanged) -> String {
    "\(plain(reaction.userID)) \(plain(reaction.emoji)) \(plain(reaction.messageID))"
  }

  private static func what(_ receipt: ReceiptMoved) -> String {
    let what =
      switch receipt.kind {
      case .read: "read"
      case .delivered: "delivered"
      case .acknowledged: "acknowledged"
      case .unspecified, .unrecognized: "moved"
      }
    return "\(what) up to #\(receipt.upTo)  \(plain(receipt.userID))"
  }

  static func people(_ conversation: Conversation) -> String {
    conversation.participants.filter(\.isActive).map(\.displayName).joined(separator: ", ")
  }
}
