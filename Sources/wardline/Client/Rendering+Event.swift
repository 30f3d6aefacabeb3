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
    case nil: "something that this version does not know"
    }
  }

  private static func what(_ receipt: ReceiptMoved) -> String {
    let what =
      switch receipt.kind {
      case .read: "read"
      case .delivered: "delivered"
      case .unspecified, .unrecognized: "moved"
      }
    return "\(what) up to #\(receipt.upTo)  \(plain(receipt.userID))"
  }

  static func people(_ conversation: Conversation) -> String {
    conversation.participants.filter(\.isActive).map(\.displayName).joined(separator: ", ")
  }
}
