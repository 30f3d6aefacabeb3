import ChatModel
import ChatRepository
import GRDB

extension WriteTransaction {
  /// Stores a message. All rules first: when it throws `ChatError`, nothing was written.
  func append(_ intent: AppendMessage) throws -> AppendedMessage {
    let open: OpenConversation
    let source: StoredMessage?
    do {
      if let refusal = context.refusal { throw refusal }
      source = try intent.forwardedFrom.map(self.source)
      open = try destination(of: intent)
    } catch let refusal as ChatError {
      // What was stored once is answered for ever, even if it could not be sent any more.
      if let first = try firstAnswer(to: intent) { return first }
      throw refusal
    }
    guard let index = open.activeIndex(of: context.actor) else {
      throw ChatError.notFound(.conversation)
    }
    var message = try newMessage(intent, in: open, from: open.members[index].participant)
    if let source { message.repeatContent(of: source) }
    if let key = context.key {
      let fingerprint = Fingerprint(of: intent, to: open.conversation.id)
      guard try appendStatements().claim(key, of: context.actor, for: message.id, fingerprint)
      else {
        guard let first = try firstAnswer(to: intent) else { throw DamagedRow() }
        return first
      }
    }
    try store(message, in: open, from: index)
    if let attachment = message.attachmentID { try useAttachment(attachment) }
    return AppendedMessage(
      id: message.id,
      senderID: message.sender.participantID,
      createdAt: message.createdAt,
      isDuplicate: false
    )
  }

  /// Writes a message that was checked, its number and its event.
  ///
  /// - Parameter index: where its sender stands among the members.
  func store(_ message: Message, in open: OpenConversation, from index: Int) throws {
    try appendStatements().insert(message, at: try nextPosition())
    open.conversation.lastSequence = message.sequence
    open.conversation.lastMessageAt = message.createdAt
    open.isDirty = true
    putOff(open)
    open.changeMember(at: index) { $0.notCountedAfterRead += 1 }
    try record(message, in: open)
  }

  /// A message that the actor may send on.
  private func source(_ id: MessageID) throws -> StoredMessage {
    guard let open = try conversation(id.conversation) else { throw ChatError.notFound(.message) }
    let source = try visibleMessage(id, in: open, to: context.actor)
    guard source.deletedAt == nil else { throw ChatError.failedPrecondition(.messageDeleted) }
    return source
  }

  func newMessage(
    _ intent: AppendMessage,
    in open: OpenConversation,
    from sender: Participant
  ) throws -> Message {
    // A clock that was set back must not make a message older than the one before it.
    let time = max(context.now, open.conversation.lastActivityAt)
    let id = MessageID(
      conversation: open.conversation.id,
      sequence: open.conversation.lastSequence.next
    )
    var message = Message(
      id: id,
      sender: MessageSender(sender),
      type: intent.type,
      content: intent.content,
      attachmentURL: intent.attachmentID?.url,
      createdAt: time,
      updatedAt: time,
      status: .sent
    )
    message.attachmentID = intent.attachmentID
    message.priority = intent.priority
    message.mentions = intent.mentions
    message.forwardedFrom = intent.forwardedFrom
    message.actingService = context.service
    if let parent = intent.replyTo {
      message.replyTo = try Queries.reference(to: parent, among: open.members, db)
    }
    return message
  }

  // MARK: Repetitions

  /// The answer to an earlier request with the same key; nil if there was none.
  ///
  /// Throws `alreadyExists` if that request was another one.
  private func firstAnswer(to intent: AppendMessage) throws -> AppendedMessage? {
    guard let key = context.key, let stored = try StoredKey.find(key, of: context.actor, db) else {
      return nil
    }
    guard case .message(let id) = stored.result,
      try conversationIDs(of: intent.destination).contains(where: {
        Fingerprint(of: intent, to: $0) == stored.fingerprint
      })
    else { throw stored.conflict }
    guard let message = try Queries.message(id, db) else { throw DamagedRow() }
    return AppendedMessage(
      id: id,
      senderID: message.senderID,
      createdAt: message.createdAt,
      isDuplicate: true
    )
  }
}

extension Message {
  /// Takes over what another message says, and in which form.
  fileprivate mutating func repeatContent(of source: StoredMessage) {
    type = source.type
    content = source.content
    attachmentID = source.attachmentID
  }
}
