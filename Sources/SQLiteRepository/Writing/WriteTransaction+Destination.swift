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
    case .direct(let recipient): return try directDestination(of: intent, recipient)
    case .assigned(let role): return try assignedDestination(of: intent, role)
    case .patient(let patient):
      guard let care = try careByActor(of: patient) else {
        return try directDestination(of: intent, patient)
      }
      return try supportDestination(of: intent, care)
    }
  }

  private func directDestination(
    of intent: AppendMessage,
    _ recipient: UserID
  ) throws -> OpenConversation {
    let pair = try activePair(context.actor, recipient)
    if let open = try directConversation(of: context.actor, and: recipient) {
      return try checked(intent, in: open)
    }
    try checkFirst(intent, among: [context.actor, recipient])
    return try createDirectConversation(pair, creator: context.actor)
  }

  private func assignedDestination(
    of intent: AppendMessage,
    _ role: Role
  ) throws -> OpenConversation {
    guard let present = try Queries.assignment(of: context.actor, in: role, db) else {
      throw ChatError.notFound(.assignment)
    }
    return try supportDestination(of: intent, present.assignment)
  }

  /// The support conversation of a patient and whoever is assigned, one of whom is the sender.
  private func supportDestination(
    of intent: AppendMessage,
    _ care: CareAssignment
  ) throws -> OpenConversation {
    let professional = care.professional
    guard let open = try supportConversation(of: care.patient, in: care.role) else {
      try checkFirst(intent, among: [care.patient, professional])
      return try createSupportConversation(care)
    }
    guard open.activeIndex(of: professional) == nil else { return try checked(intent, in: open) }
    if context.actor == care.patient {
      _ = try checked(intent, in: open)
    } else {
      try checkReturn(intent, to: open)
    }
    try demandFreshKey()
    try joinAsOwner(professional, open)
    return open
  }

  /// Whether the message may be the first of a professional who had left.
  private func checkReturn(_ intent: AppendMessage, to open: OpenConversation) throws {
    guard open.conversation.isActive else {
      throw ChatError.failedPrecondition(.conversationClosed)
    }
    guard intent.replyTo == nil else { throw ChatError.notFound(.message) }
    try checkSender(intent, nil)
    try check(intent.mentions, among: open.mentionable)
  }

  /// Whether the sender is who they say to be.
  ///
  /// - Parameter participant: nil for who takes no part yet.
  private func checkSender(_ intent: AppendMessage, _ participant: Participant?) throws {
    guard let claimed = intent.claimedSender else { return }
    guard claimed == context.actor.rawValue || claimed == participant?.id.description else {
      throw ChatError.permissionDenied
    }
  }

  /// The assignment by which a patient is in the care of the actor, in the actor's own role.
  private func careByActor(of patient: UserID) throws -> CareAssignment? {
    let role = try activeUser(context.actor).role
    guard role.givesCare,
      let present = try Queries.assignment(of: patient, in: role, db)?.assignment,
      present.professional == context.actor
    else { return nil }
    return present
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
    try checkSender(intent, nil)
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
    try checkSender(intent, sender)
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
      throw ChatError.failedPrecondition(.notMentionable)
    }
  }

  /// The conversations that a destination can mean or can have meant, of those that are there.
  func conversationIDs(of destination: AppendMessage.Destination) throws -> [ConversationID] {
    switch destination {
    case .conversation(let id): return [id]
    case .direct(let other):
      return try directConversation(of: context.actor, and: other).map { [$0.conversation.id] }
        ?? []
    case .assigned(let role):
      return try Queries.supportConversation(of: context.actor, in: role, db).map { [$0] } ?? []
    case .patient(let patient):
      // Whose care the patient was in may have changed since.
      let role = try activeUser(context.actor).role
      let support = try Queries.supportConversation(of: patient, in: role, db).map { [$0] } ?? []
      return try support + conversationIDs(of: .direct(patient))
    }
  }
}
