import ChatModel
import ChatRepository
import GRDB

extension WriteTransaction {
  func createConversation(_ intent: CreateConversation) throws -> CreatedConversation {
    switch intent.type {
    case .direct: try createDirect(intent)
    case .group, .broadcast, .support: try createNamed(intent)
    }
  }

  private func createDirect(_ intent: CreateConversation) throws -> CreatedConversation {
    guard intent.others.count == 1, let other = intent.others.first else {
      throw ChatError.invalidArgument(
        field: "participants",
        message: "a direct conversation has two users"
      )
    }
    let pair = try activePair(intent.creator, other)
    let existing = try directConversation(of: intent.creator, and: other)
    let open =
      try existing
      ?? createDirectConversation(
        pair,
        creator: intent.creator,
        title: intent.title,
        history: intent.history
      )
    return CreatedConversation(
      conversation: open.conversation,
      participants: open.members.map(\.participant),
      isNew: existing == nil
    )
  }

  private func createNamed(_ intent: CreateConversation) throws -> CreatedConversation {
    var conversation = try newConversation(
      freshConversationID(at: context.now),
      intent.type,
      title: intent.title
    )
    conversation.history = intent.history
    conversation.careRole = intent.careRole
    if intent.type == .support {
      conversation.patient = try ([intent.creator] + intent.others).first {
        try activeUser($0).role == .patient
      }
    }
    let users = [intent.creator] + intent.others.filter { $0 != intent.creator }
    let open = try insert(conversation, users: users, creator: intent.creator)
    return CreatedConversation(
      conversation: open.conversation,
      participants: open.members.map(\.participant),
      isNew: true
    )
  }

  /// The two users of a direct conversation.
  ///
  /// Throws `notFound(.user)` if one is not there or inactive, `failedPrecondition` if they are one.
  func activePair(_ one: UserID, _ other: UserID) throws -> UserPair {
    guard let pair = UserPair(try activeUser(one), try activeUser(other)) else {
      throw ChatError.failedPrecondition(.oneUser)
    }
    return pair
  }

  /// Writes a direct conversation, its two participants, and the event of its beginning.
  func createDirectConversation(
    _ pair: UserPair,
    creator: UserID,
    title: String? = nil,
    history: HistoryVisibility = .all
  ) throws -> OpenConversation {
    var conversation = try newConversation(
      freshConversationID(at: context.now),
      .direct,
      title: title
    )
    conversation.pair = pair
    conversation.history = history
    return try insert(conversation, users: [pair.userID, pair.memberID], creator: creator)
  }

  func newConversation(
    _ id: ConversationID,
    _ type: ConversationType,
    title: String?
  ) throws -> Conversation {
    guard let unnamed = Self.unnamed else { throw DamagedRow() }
    return Conversation(
      id: id,
      type: type,
      title: title,
      isActive: true,
      pair: nil,
      // Named once the participants are written.
      createdBy: unnamed,
      createdAt: context.now,
      updatedAt: context.now,
      lastSequence: .zero,
      lastMessageAt: nil
    )
  }

  /// The first number that a participant may have.
  private static let unnamed = ParticipantID(rawValue: 1)

  /// Writes a conversation, its participants and the event of its beginning.
  func insert(
    _ new: Conversation,
    users: [UserID],
    creator: UserID
  ) throws -> OpenConversation {
    let people = try users.map { try activeUser($0) }
    try insert(new)
    // In force from the event of the beginning on.
    let joined = try positionBeforeNext()
    let members = try people.map { user in
      try insertParticipant(
        user.id,
        in: new,
        as: new.firstPart(of: user.role, isCreator: user.id == creator),
        joined: joined
      )
    }
    guard let first = members.first(where: { $0.participant.userID == creator }) else {
      throw DamagedRow()
    }
    try db.run(
      "UPDATE chat_conversations SET created_by = ? WHERE conversation_id = ?",
      [first.participant.id.rawValue, new.id.rawValue]
    )
    var conversation = new
    conversation.createdBy = first.participant.id
    let open = OpenConversation(conversation, members: members)
    put(open)
    try record(
      .conversationCreated(conversation, participants: open.shownToAll),
      in: open,
      at: context.now
    )
    return open
  }

  private func insert(_ conversation: Conversation) throws {
    try db.run(
      """
      INSERT INTO chat_conversations (conversation_id, type, title, is_active, user_id, member_id,
        history, care_role, created_at, updated_at) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?)
      """,
      [
        conversation.id.rawValue, conversation.type.rawValue, conversation.title,
        (conversation.pair?.userID ?? conversation.patient)?.rawValue,
        conversation.pair?.memberID.rawValue,
        conversation.history.rawValue, conversation.careRole?.rawValue,
        conversation.createdAt.milliseconds, conversation.updatedAt.milliseconds,
      ]
    )
  }

  // MARK: Changes

  func updateConversation(_ intent: UpdateConversation) throws -> UpdatedConversation {
    let open =
      try intent.changesLabelOnly
      ? labelledConversation(intent.conversation) : managedConversation(intent.conversation)
    var changed = open.conversation
    if let title = intent.title { changed.title = title.isEmpty ? nil : title }
    if let isActive = intent.isActive { changed.isActive = isActive }
    if let history = intent.history { changed.history = history }
    if let isSensitive = intent.isSensitive { changed.isSensitive = isSensitive }
    guard changed != open.conversation else {
      return UpdatedConversation(conversation: changed)
    }
    changed.updatedAt = max(context.now, changed.updatedAt)
    try db.run(
      """
      UPDATE chat_conversations SET title = ?, is_active = ?, history = ?, is_sensitive = ?,
        updated_at = ?
      WHERE conversation_id = ?
      """,
      [
        changed.title, changed.isActive, changed.history.rawValue, changed.isSensitive,
        changed.updatedAt.milliseconds, changed.id.rawValue,
      ]
    )
    open.conversation = changed
    let change = ConversationChange(
      title: changed.title,
      isActive: changed.isActive,
      history: changed.history,
      isSensitive: changed.isSensitive,
      by: context.actor
    )
    try record(.conversationUpdated(change), in: open, at: context.now)
    return UpdatedConversation(conversation: changed)
  }

  /// A conversation that the actor may change, as one of those who manage it or an administrator.
  ///
  /// Throws `notFound(.conversation)` to who takes no part, `permissionDenied` to who does.
  func managedConversation(_ id: ConversationID) throws -> OpenConversation {
    let open = try ownConversation(id)
    if context.isAdministrator { return open }
    guard let own = open.participant(context.actor), open.rules.letManage(own) else {
      throw ChatError.permissionDenied
    }
    return open
  }

  /// A conversation that the actor may call sensitive: one that he may change, or of which he is one of
  /// the staff. In direct conversations nobody has another right than the other.
  ///
  /// Throws as `managedConversation`.
  private func labelledConversation(_ id: ConversationID) throws -> OpenConversation {
    let open = try ownConversation(id)
    if let own = open.participant(context.actor), own.role != .patient { return open }
    return try managedConversation(id)
  }

  func muteConversation(_ intent: MuteConversation) throws -> MutedConversation {
    guard let open = try conversation(intent.conversation),
      let index = open.activeIndex(of: context.actor)
    else { throw ChatError.notFound(.conversation) }
    var member = open.members[index]
    guard member.mutedUntil != intent.until else { return MutedConversation(until: intent.until) }
    member.mutedUntil = intent.until
    try db.run(
      "UPDATE chat_participants SET muted_until = ? WHERE participant_id = ?",
      [intent.until?.milliseconds, member.participant.id.rawValue]
    )
    open.put(member)
    try record(
      .conversationMuted(until: intent.until),
      in: open,
      at: context.now,
      for: [context.actor]
    )
    return MutedConversation(until: intent.until)
  }
}
