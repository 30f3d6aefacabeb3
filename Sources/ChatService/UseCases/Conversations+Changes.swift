public import ChatModel
public import ChatRepository

extension Conversations {
  /// Changes what a conversation is called, what newcomers see, or what lists show. What is nil stays.
  ///
  /// - Throws: `notFound(.conversation)` to who takes no part, `permissionDenied` to who does not
  ///   manage it, `invalidArgument`. Whether it is sensitive any of its staff may say.
  public func update(
    _ id: ConversationID,
    title: String?,
    history: HistoryVisibility?,
    isSensitive: Bool? = nil,
    key: IdempotencyKey?,
    _ caller: Principal
  ) async throws(ChatError) -> Conversation {
    try Policy.demand(.updateConversation, caller)
    if let title, !title.isEmpty { try limits.validate(title: title) }
    let intent = UpdateConversation(
      conversation: id,
      title: title,
      history: history,
      isSensitive: isSensitive
    )
    return try await write(intent, .updateConversation, key, caller).conversation
  }

  /// Closes a conversation, so that it can be read and not written, or opens it again.
  ///
  /// - Throws: as `update`.
  public func setActive(
    _ isActive: Bool,
    _ id: ConversationID,
    key: IdempotencyKey?,
    _ caller: Principal
  ) async throws(ChatError) -> Conversation {
    let operation: Operation = isActive ? .reopenConversation : .closeConversation
    try Policy.demand(operation, caller)
    let intent = UpdateConversation(conversation: id, isActive: isActive)
    return try await write(intent, operation, key, caller).conversation
  }

  /// Adds users to a conversation.
  ///
  /// - Throws: `notFound(.conversation)`, `notFound(.user)` for anyone whom the caller may not write
  ///   to, `permissionDenied`, `failedPrecondition`, `limitReached`, `invalidArgument`.
  public func addParticipants(
    _ users: [UserID],
    as role: ParticipantRole,
    to id: ConversationID,
    key: IdempotencyKey?,
    _ caller: Principal
  ) async throws(ChatError) -> [Participant] {
    try Policy.demand(.addParticipants, caller)
    try limits.validate(participants: users, field: "user_ids")
    let refusal = try await refusal(of: users, to: caller)
    let intent = AddParticipants(
      conversation: id,
      users: users,
      role: role,
      participantsMax: limits.participantsMax
    )
    return try await write(intent, .addParticipants, key, caller, refusal: refusal).participants
  }

  /// Ends a participation: the caller's own, or somebody else's.
  ///
  /// - Throws: `notFound(.conversation)`, `notFound(.participant)`, `permissionDenied`,
  ///   `failedPrecondition`.
  public func removeParticipant(
    _ user: UserID,
    from id: ConversationID,
    key: IdempotencyKey?,
    _ caller: Principal
  ) async throws(ChatError) -> RemovedParticipant {
    let operation: Operation = user == caller.userID ? .leaveConversation : .removeParticipant
    try Policy.demand(operation, caller)
    let intent = RemoveParticipant(conversation: id, user: user)
    return try await write(intent, operation, key, caller)
  }

  /// - Throws: `notFound(.conversation)`, `notFound(.participant)`, `permissionDenied`,
  ///   `failedPrecondition` when the last owner would go.
  public func setRole(
    _ role: ParticipantRole,
    of user: UserID,
    in id: ConversationID,
    key: IdempotencyKey?,
    _ caller: Principal
  ) async throws(ChatError) -> ParticipantRoleSet {
    try Policy.demand(.setParticipantRole, caller)
    let intent = SetParticipantRole(conversation: id, user: user, role: role)
    return try await write(intent, .setParticipantRole, key, caller)
  }

  /// Notes until when the caller does not want to be disturbed; nil ends it.
  ///
  /// - Throws: `notFound(.conversation)`.
  public func mute(
    _ id: ConversationID,
    until: Timestamp?,
    key: IdempotencyKey?,
    _ caller: Principal
  ) async throws(ChatError) -> Timestamp? {
    try Policy.demand(.muteConversation, caller)
    let intent = MuteConversation(conversation: id, until: until)
    return try await write(intent, .muteConversation, key, caller).until
  }
}
