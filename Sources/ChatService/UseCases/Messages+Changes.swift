public import ChatModel
public import ChatRepository

extension Messages {
  /// Gives a message of the caller another text.
  ///
  /// - Throws: `notFound(.message)`, `permissionDenied` (it is somebody else's), `versionConflict`,
  ///   `failedPrecondition` (deleted, closed, or the time for it is over), `invalidArgument`.
  public func edit(
    _ id: MessageID,
    content: String,
    mentions: [UserID],
    expectedVersion: Int?,
    key: IdempotencyKey?,
    _ caller: Principal
  ) async throws(ChatError) -> EditedMessage {
    try Policy.demand(.updateMessage, caller)
    try limits.validate(content: content)
    try limits.validate(mentions: mentions)
    let intent = EditMessage(
      message: id,
      content: content,
      mentions: mentions,
      expectedVersion: expectedVersion,
      windowMilliseconds: limits.editWindowMilliseconds,
      versionsMax: limits.versionsMax
    )
    return try await repository.write(
      intent,
      caller.context(of: .updateMessage, key, now: now())
    )
  }

  /// What a message said in each of its versions, the present one last.
  ///
  /// - Throws: `notFound(.message)` when the caller may not see it or it was deleted,
  ///   `permissionDenied` when he is neither its sender nor staff.
  public func versions(
    _ id: MessageID,
    _ caller: Principal
  ) async throws(ChatError) -> [MessageVersion] {
    try Policy.demand(.messageVersions, caller)
    guard let message = try await repository.message(id, visibleTo: caller.userID) else {
      throw .notFound(.message)
    }
    guard caller.role.isStaff || message.sender.userID == caller.userID else {
      throw .permissionDenied
    }
    return try await repository.versions(of: id, visibleTo: caller.userID)
  }

  /// Deletes a message, for the caller alone or for everybody.
  ///
  /// - Throws: `notFound(.message)`, `permissionDenied`, `failedPrecondition` when the time for it
  ///   is over.
  public func delete(
    _ id: MessageID,
    _ scope: DeleteMessage.Scope,
    key: IdempotencyKey?,
    _ caller: Principal
  ) async throws(ChatError) -> DeletedMessage {
    try Policy.demand(.deleteMessage, caller)
    let intent = DeleteMessage(
      message: id,
      scope: scope,
      windowMilliseconds: limits.deleteWindowMilliseconds
    )
    return try await repository.write(
      intent,
      caller.context(of: .deleteMessage, key, now: now())
    )
  }

  /// Puts an emoji under a message, or takes it away.
  ///
  /// - Throws: `notFound(.message)`, `failedPrecondition` (deleted or closed), `limitReached`,
  ///   `invalidArgument` for what is no emoji.
  public func react(
    _ id: MessageID,
    emoji: String,
    isAdded: Bool,
    key: IdempotencyKey?,
    _ caller: Principal
  ) async throws(ChatError) -> Reacted {
    let operation: Operation = isAdded ? .addReaction : .removeReaction
    try Policy.demand(operation, caller)
    try limits.validate(emoji: emoji)
    let intent = React(
      message: id,
      emoji: emoji,
      isAdded: isAdded,
      emojisMax: limits.emojisPerMessageMax
    )
    return try await repository.write(intent, caller.context(of: operation, key, now: now()))
  }
}
