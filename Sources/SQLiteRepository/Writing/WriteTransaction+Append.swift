import ChatModel
import ChatRepository
import GRDB

extension WriteTransaction {
  /// Stores a message. All rules first: when it throws `ChatError`, nothing was written.
  func append(_ intent: AppendMessage) throws -> AppendedMessage {
    let open: OpenConversation
    let source: StoredMessage?
    do {
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
    let statements = try appendStatements()
    if let key = context.key {
      let fingerprint = Fingerprint(of: intent, to: open.conversation.id)
      guard try statements.claim(key, of: context.actor, for: message.id, fingerprint) else {
        guard let first = try firstAnswer(to: intent) else { throw DamagedRow() }
        return first
      }
    }
    try statements.insert(message, at: try nextPosition())
    if let attachment = message.attachmentID { try useAttachment(attachment) }
    open.conversation.lastSequence = message.sequence
    open.conversation.lastMessageAt = message.createdAt
    open.isDirty = true
    putOff(open)
    open.changeMember(at: index) { $0.notCountedAfterRead += 1 }
    try record(message, in: open)
    return AppendedMessage(
      id: message.id,
      senderID: message.sender.participantID,
      createdAt: message.createdAt,
      isDuplicate: false
    )
  }

  /// The conversation that the message goes to, in which its sender may write what it holds.
  ///
  /// A direct conversation is created only if the key, which must not be found used after that,
  /// was not used before.
  private func destination(of intent: AppendMessage) throws -> OpenConversation {
    _ = try activeUser(context.actor)
    try checkAttachment(of: intent)
    switch intent.destination {
    case .conversation(let id):
      guard let open = try conversation(id), let sender = open.participant(context.actor) else {
        throw ChatError.notFound(.conversation)
      }
      try check(intent, in: open, from: sender)
      return open
    case .direct(let recipient):
      let pair = try activePair(context.actor, recipient, field: "recipient_id")
      if let open = try directConversation(of: context.actor, and: recipient) {
        guard let sender = open.participant(context.actor) else {
          throw ChatError.notFound(.conversation)
        }
        try check(intent, in: open, from: sender)
        return open
      }
      if let key = context.key,
        let stored = try StoredKey.find(key, of: context.actor, db)
      {
        throw stored.conflict
      }
      guard intent.replyTo == nil else { throw ChatError.notFound(.message) }
      try check(intent.mentions, among: [context.actor, recipient])
      return try createDirectConversation(pair, creator: context.actor)
    }
  }

  /// A message that the actor may send on.
  private func source(_ id: MessageID) throws -> StoredMessage {
    guard let open = try conversation(id.conversation) else { throw ChatError.notFound(.message) }
    let source = try visibleMessage(id, in: open, to: context.actor)
    guard source.deletedAt == nil else { throw ChatError.failedPrecondition(.messageDeleted) }
    return source
  }

  private func check(
    _ intent: AppendMessage,
    in open: OpenConversation,
    from sender: Participant
  ) throws {
    guard open.conversation.isActive else {
      throw ChatError.failedPrecondition(.conversationClosed)
    }
    guard open.rules.writers.contains(sender.role) else { throw ChatError.permissionDenied }
    if open.conversation.type == .direct, let pair = open.conversation.pair {
      _ = try activeUser(pair.userID)
      _ = try activeUser(pair.memberID)
    }
    if let parent = intent.replyTo {
      guard parent.conversation == open.conversation.id else {
        throw ChatError.notFound(.message)
      }
      _ = try visibleMessage(parent, in: open, to: context.actor)
    }
    if !intent.mentions.isEmpty { try check(intent.mentions, among: open.audience) }
  }

  /// Only who takes part can be mentioned: others must not learn of it, nor the sender of them.
  func check(_ mentions: [UserID], among users: [UserID]) throws {
    guard Set(mentions).isSubset(of: users) else {
      throw ChatError.invalidArgument(
        field: "mentions",
        message: "must be user_ids of participants of the conversation"
      )
    }
  }

  private func newMessage(
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
      let conversation = try conversationID(of: intent.destination),
      Fingerprint(of: intent, to: conversation) == stored.fingerprint
    else { throw stored.conflict }
    guard let message = try Queries.message(id, db) else { throw DamagedRow() }
    return AppendedMessage(
      id: id,
      senderID: message.senderID,
      createdAt: message.createdAt,
      isDuplicate: true
    )
  }

  private func conversationID(of destination: AppendMessage.Destination) throws -> ConversationID? {
    switch destination {
    case .conversation(let id): id
    case .direct(let recipient):
      try directConversation(of: context.actor, and: recipient)?.conversation.id
    }
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
