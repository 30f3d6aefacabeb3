import ChatModel
import ChatRepository
import Testing

extension Clinic {
  /// What stands around a write of `user`.
  func context(
    _ user: UserID,
    key: String? = nil,
    at seconds: Int = 0,
    isAdministrator: Bool = false
  ) throws -> WriteContext {
    WriteContext(
      actor: user,
      isAdministrator: isAdministrator,
      key: try key.map { try #require(IdempotencyKey($0)) },
      now: Self.time(seconds)
    )
  }

  /// Another person of the clinic.
  func enter(_ name: String, _ role: Role) async throws -> UserID {
    let id = try #require(UserID(name))
    return try await repository.write(
      PutUser(id: id, displayName: "The \(name)", role: role),
      try context(id)
    ).id
  }

  /// A group that `owner` begins.
  func group(
    _ owner: UserID,
    _ others: [UserID],
    history: HistoryVisibility = .all,
    type: ConversationType = .group,
    title: String? = nil
  ) async throws -> ConversationID {
    try await repository.write(
      CreateConversation(
        type: type,
        creator: owner,
        others: others,
        title: title,
        history: history
      ),
      try context(owner)
    ).conversation.id
  }

  @discardableResult
  func say(
    _ content: String,
    _ sender: UserID,
    in id: ConversationID,
    replyTo: MessageID? = nil,
    at seconds: Int = 0
  ) async throws -> MessageID {
    try await repository.write(
      AppendMessage(destination: .conversation(id), content: content, replyTo: replyTo),
      try context(sender, at: seconds)
    ).id
  }

  func add(
    _ user: UserID,
    to id: ConversationID,
    by owner: UserID,
    as role: ParticipantRole = .member,
    at seconds: Int = 0
  ) async throws {
    let intent = AddParticipants(
      conversation: id,
      users: [user],
      role: role,
      participantsMax: 100
    )
    _ = try await repository.write(intent, try context(owner, at: seconds))
  }

  func remove(
    _ user: UserID,
    from id: ConversationID,
    by actor: UserID,
    at seconds: Int = 0
  ) async throws {
    let intent = RemoveParticipant(conversation: id, user: user)
    _ = try await repository.write(intent, try context(actor, at: seconds))
  }

  @discardableResult
  func edit(
    _ id: MessageID,
    to content: String,
    by actor: UserID,
    expecting version: Int? = nil,
    at seconds: Int = 0
  ) async throws -> EditedMessage {
    let intent = EditMessage(
      message: id,
      content: content,
      expectedVersion: version,
      windowMilliseconds: 60_000,
      versionsMax: 4
    )
    return try await repository.write(intent, try context(actor, at: seconds))
  }

  @discardableResult
  func delete(
    _ id: MessageID,
    _ scope: DeleteMessage.Scope,
    by actor: UserID,
    at seconds: Int = 0
  ) async throws -> DeletedMessage {
    let intent = DeleteMessage(message: id, scope: scope, windowMilliseconds: 60_000)
    return try await repository.write(intent, try context(actor, at: seconds))
  }

  @discardableResult
  func react(
    _ emoji: String,
    to id: MessageID,
    by actor: UserID,
    isAdded: Bool = true
  ) async throws -> Int {
    let intent = React(message: id, emoji: emoji, isAdded: isAdded, emojisMax: 3)
    return try await repository.write(intent, try context(actor)).count
  }

  /// The numbers of the messages of a conversation that a user sees.
  func seen(by user: UserID, in id: ConversationID) async throws -> [Int64] {
    try await repository.messages(
      of: id,
      in: MessageRange(limit: 1000, byteLimit: .max),
      visibleTo: user
    ).items.map(\.sequence.rawValue)
  }

  func unread(_ user: UserID, in id: ConversationID) async throws -> Int {
    let counts = try await repository.unreadCounts(of: user)
    #expect(try await repository.unreadTotal(of: user) == counts.total)
    return counts.byConversation[id] ?? 0
  }
}
