import ChatModel
import ChatRepository
import GRDB

extension WriteTransaction {
  /// Stores a message. All rules first: when it throws `ChatError`, nothing was written.
  func append(_ intent: AppendMessage) throws -> AppendedMessage {
    let open: OpenConversation
    do {
      open = try destination(of: intent)
    } catch let refusal as ChatError {
      // What was stored once is answered for ever, even if it could not be sent any more.
      if let first = try firstAnswer(to: intent) { return first }
      throw refusal
    }
    guard let index = open.activeIndex(of: intent.sender) else {
      throw ChatError.notFound(.conversation)
    }
    let message = newMessage(intent, in: open, from: open.members[index].participant)
    let statements = try appendStatements()
    if let key = intent.idempotencyKey,
      try !statements.claim(key, of: intent.sender, for: message.id)
    {
      guard let first = try firstAnswer(to: intent) else { throw DamagedRow() }
      return first
    }
    try statements.insert(message)
    open.conversation.lastSequence = message.sequence
    open.conversation.lastMessageAt = message.createdAt
    open.isDirty = true
    open.changeMember(at: index) { $0.ownAfterRead += 1 }
    try record(message, in: open)
    return AppendedMessage(
      id: message.id,
      senderID: message.sender.participantID,
      createdAt: message.createdAt,
      isDuplicate: false
    )
  }

  /// The conversation that the message goes to, in which its sender may write.
  ///
  /// A direct conversation is created only if the key, which must not be found used after that,
  /// was not used before.
  private func destination(of intent: AppendMessage) throws -> OpenConversation {
    _ = try activeUser(intent.sender)
    switch intent.destination {
    case .conversation(let id):
      guard let open = try conversation(id), open.activeIndex(of: intent.sender) != nil else {
        throw ChatError.notFound(.conversation)
      }
      guard open.conversation.isActive else { throw ChatError.failedPrecondition }
      return open
    case .direct(let recipient):
      let pair = try activePair(intent.sender, recipient, field: "recipient")
      if let open = try directConversation(of: intent.sender, and: recipient) {
        guard open.conversation.isActive else { throw ChatError.failedPrecondition }
        return open
      }
      if let key = intent.idempotencyKey,
        let first = try Queries.message(underKey: key, of: intent.sender, db)
      {
        throw ChatError.alreadyExists(first)
      }
      return try createDirectConversation(pair, creator: intent.sender, at: intent.now)
    }
  }

  private func newMessage(
    _ intent: AppendMessage,
    in open: OpenConversation,
    from sender: Participant
  ) -> Message {
    // A clock that was set back must not make a message older than the one before it.
    let time = max(intent.now, open.conversation.lastActivityAt)
    let id = MessageID(
      conversation: open.conversation.id,
      sequence: open.conversation.lastSequence.next
    )
    return Message(
      id: id,
      sender: MessageSender(sender),
      type: intent.type,
      content: intent.content,
      attachmentURL: intent.attachmentURL,
      createdAt: time,
      updatedAt: time,
      status: .sent
    )
  }

  // MARK: Repetitions

  /// The answer to an earlier request with the same key; nil if there was none.
  ///
  /// Throws `alreadyExists` if that request was another one.
  private func firstAnswer(to intent: AppendMessage) throws -> AppendedMessage? {
    guard let key = intent.idempotencyKey,
      let id = try Queries.message(underKey: key, of: intent.sender, db),
      let message = try Queries.message(id, db)
    else { return nil }
    guard try isSame(intent, as: message) else { throw ChatError.alreadyExists(id) }
    return AppendedMessage(
      id: id,
      senderID: message.senderID,
      createdAt: message.createdAt,
      isDuplicate: true
    )
  }

  /// Whether `message` is what `intent` asks for.
  ///
  /// The stored message itself is the fingerprint of its request: it keeps all that was asked for.
  private func isSame(_ intent: AppendMessage, as message: StoredMessage) throws -> Bool {
    guard message.type == intent.type, message.content == intent.content,
      message.attachmentURL == intent.attachmentURL
    else { return false }
    switch intent.destination {
    case .conversation(let id):
      return id == message.id.conversation
    case .direct(let recipient):
      let direct = try directConversation(of: intent.sender, and: recipient)
      return direct?.conversation.id == message.id.conversation
    }
  }
}
