import ChatModel
import ChatRepository
import GRDB

extension WriteTransaction {
  /// The conversation that the message goes to, in which its sender may write what it holds.
  ///
  /// A conversation is created only if the key, which must not be found used after that, was not
  /// used before.
  func destination(of intent: AppendMessage) throws -> OpenConversation {
    _ = try activeUser(context.actor)
    try checkAttachment(of: intent)
    switch intent.destination {
    case .conversation(let id):
      guard let open = try conversation(id) else { throw ChatError.notFound(.conversation) }
      return try checked(intent, in: open)
    case .direct(let recipient):
      let pair = try activePair(context.actor, recipient, field: "recipient_id")
      if let open = try directConversation(of: context.actor, and: recipient) {
        return try checked(intent, in: open)
      }
      try checkFirst(intent, among: [context.actor, recipient])
      return try createDirectConversation(pair, creator: context.actor)
    case .assigned(let role):
      return try assignedDestination(of: intent, role)
    }
  }

  private func assignedDestination(
    of intent: AppendMessage,
    _ role: Role
  ) throws -> OpenConversation {
    guard let present = try Queries.assignment(of: context.actor, in: role, db) else {
      throw ChatError.notFound(.assignment)
    }
    let professional = present.assignment.professional
    if let open = try supportConversation(of: context.actor, in: role) {
      _ = try checked(intent, in: open)
      if open.activeIndex(of: professional) == nil {
        try demandFreshKey()
        try joinAsOwner(professional, open)
      }
      return open
    }
    try checkFirst(intent, among: [context.actor, professional])
    return try createSupportConversation(present.assignment)
  }

  /// The conversation, if the sender may write there what the message holds.
  private func checked(
    _ intent: AppendMessage,
    in open: OpenConversation
  ) throws -> OpenConversation {
    guard let sender = open.participant(context.actor) else {
      throw ChatError.notFound(.conversation)
    }
    try check(intent, in: open, from: sender)
    return open
  }

  /// Stands before every change that comes before the message itself.
  private func demandFreshKey() throws {
    if let key = context.key, let stored = try StoredKey.find(key, of: context.actor, db) {
      throw stored.conflict
    }
  }

  /// Whether the message may begin a conversation of these users.
  private func checkFirst(_ intent: AppendMessage, among users: [UserID]) throws {
    try demandFreshKey()
    guard intent.replyTo == nil else { throw ChatError.notFound(.message) }
    try check(intent.mentions, among: users)
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
    if !intent.mentions.isEmpty { try check(intent.mentions, among: open.mentionable) }
  }

  /// Only who takes part can be mentioned: others must not learn of it, nor the sender of them.
  func check(_ mentions: [UserID], among users: [UserID]) throws {
    guard Set(mentions).isSubset(of: users) else {
      throw ChatError.invalidArgument(
        field: "mentions",
        message: "must be user_ids of participants whom all others may know of"
      )
    }
  }

  /// The conversation that a destination means, if it is there.
  func conversationID(of destination: AppendMessage.Destination) throws -> ConversationID? {
    switch destination {
    case .conversation(let id): id
    case .direct(let recipient):
      try directConversation(of: context.actor, and: recipient)?.conversation.id
    case .assigned(let role):
      try Queries.supportConversation(of: context.actor, in: role, db)
    }
  }
}
