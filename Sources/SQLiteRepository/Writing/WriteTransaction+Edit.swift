import ChatModel
import ChatRepository
import GRDB

extension WriteTransaction {
  /// A message that a user may see, in a conversation in which he takes part.
  ///
  /// Throws `notFound(.message)` for every other.
  func visibleMessage(
    _ id: MessageID,
    in open: OpenConversation,
    to user: UserID
  ) throws -> StoredMessage {
    guard let visibility = open.visibility(for: user), visibility.contains(id.sequence),
      let message = try Queries.message(id, db), try !Queries.isHidden(id, from: user, db)
    else { throw ChatError.notFound(.message) }
    return message
  }

  private func ownOpenConversation(of id: MessageID) throws -> OpenConversation {
    guard let open = try conversation(id.conversation),
      context.isAdministrator || open.activeIndex(of: context.actor) != nil
    else { throw ChatError.notFound(.message) }
    return open
  }

  func isFromActor(_ message: StoredMessage, in open: OpenConversation) -> Bool {
    open.isParticipation(message.senderID, of: context.actor)
  }

  // MARK: Edits

  func editMessage(_ intent: EditMessage) throws -> EditedMessage {
    let open = try ownOpenConversation(of: intent.message)
    let message = try visibleMessage(intent.message, in: open, to: context.actor)
    try check(intent, message, in: open)
    if message.content == intent.content, message.mentions == intent.mentions {
      return EditedMessage(
        id: message.id,
        version: message.version,
        updatedAt: message.updatedAt
      )
    }
    let time = max(context.now, message.updatedAt)
    try keepVersion(message)
    try db.run(
      """
      UPDATE chat_messages SET content = ?, mentions = ?, version = ?, updated_at = ?
      WHERE conversation_id = ? AND sequence = ?
      """,
      [
        intent.content, UserList.text(intent.mentions), message.version + 1, time.milliseconds,
        message.id.conversation.rawValue, message.id.sequence.rawValue,
      ]
    )
    try MessageColumns.renewChecksum(of: message.id, db)
    var edited = message
    edited.content = intent.content
    edited.mentions = intent.mentions
    edited.version += 1
    edited.updatedAt = time
    let resolved = try Queries.eventMessage(edited, among: open.members, db)
    try record(
      .messageEdited(resolved),
      in: open,
      at: time,
      for: viewers(of: message.id, in: open)
    )
    return EditedMessage(id: message.id, version: edited.version, updatedAt: time)
  }

  private func check(
    _ intent: EditMessage,
    _ message: StoredMessage,
    in open: OpenConversation
  ) throws {
    guard isFromActor(message, in: open) else { throw ChatError.permissionDenied }
    guard message.deletedAt == nil else { throw ChatError.failedPrecondition(.messageDeleted) }
    guard open.conversation.isActive else {
      throw ChatError.failedPrecondition(.conversationClosed)
    }
    switch message.type {
    case .text, .file, .image: break
    case .system, .call: throw ChatError.failedPrecondition(.notEditable)
    }
    if let expected = intent.expectedVersion, expected != message.version {
      throw ChatError.versionConflict(current: message.version)
    }
    let age = context.now.milliseconds - message.createdAt.milliseconds
    guard age <= Int64(intent.windowMilliseconds) else {
      throw ChatError.windowOver(.edit, milliseconds: intent.windowMilliseconds)
    }
    guard message.version < intent.versionsMax else {
      throw ChatError.limitReached("a message has at most \(intent.versionsMax) versions")
    }
    if !intent.mentions.isEmpty { try check(intent.mentions, among: open.mentionable) }
  }

  private func keepVersion(_ message: StoredMessage) throws {
    let insertion = try BoundStatement(
      """
      INSERT INTO message_versions (\(MessageColumns.versionNames), checksum)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      db
    )
    var row = CheckedBinding(insertion, reserving: message.content.utf8.count)
    row.bind(message.id.conversation.rawValue)
    row.bind(message.id.sequence.rawValue)
    row.bind(Int64(message.version))
    row.bind(message.content)
    row.bind(UserList.text(message.mentions))
    row.bind(message.updatedAt.milliseconds)
    row.bindChecksum()
    try insertion.run(db)
  }

  // MARK: Deletions

  func deleteMessage(_ intent: DeleteMessage) throws -> DeletedMessage {
    let open = try ownOpenConversation(of: intent.message)
    switch intent.scope {
    case .me: return try hide(intent.message, in: open)
    case .all: return try deleteForAll(intent, in: open)
    }
  }

  private func hide(_ id: MessageID, in open: OpenConversation) throws -> DeletedMessage {
    guard let index = open.activeIndex(of: context.actor) else {
      throw ChatError.notFound(.message)
    }
    if let hiddenAt = try Queries.hiddenAt(id, from: context.actor, db) {
      return DeletedMessage(id: id, deletedAt: hiddenAt)
    }
    let message = try visibleMessage(id, in: open, to: context.actor)
    try db.run(
      """
      INSERT INTO hidden_messages (conversation_id, sequence, user_id, hidden_at)
      VALUES (?, ?, ?, ?)
      """,
      [
        id.conversation.rawValue, id.sequence.rawValue, context.actor.rawValue,
        context.now.milliseconds,
      ]
    )
    let member = open.members[index].participant
    if member.read.upTo < id.sequence, message.deletedAt == nil, !isFromActor(message, in: open) {
      putOff(open)
      open.changeMember(at: index) { $0.notCountedAfterRead += 1 }
    }
    try record(.messageHidden(id), in: open, at: context.now, for: [context.actor])
    return DeletedMessage(id: id, deletedAt: context.now)
  }

  private func deleteForAll(
    _ intent: DeleteMessage,
    in open: OpenConversation
  ) throws -> DeletedMessage {
    let message = try messageToDelete(intent, in: open)
    if let deletedAt = message.deletedAt {
      return DeletedMessage(id: message.id, deletedAt: deletedAt)
    }
    let time = max(context.now, message.updatedAt)
    let conversation = message.id.conversation.rawValue
    let sequence = message.id.sequence.rawValue
    try db.run(
      """
      UPDATE chat_messages SET content = '', mentions = NULL, attachment_url = NULL,
        attachment_id = NULL, deleted_at = ?, updated_at = ?
      WHERE conversation_id = ? AND sequence = ?
      """,
      [time.milliseconds, time.milliseconds, conversation, sequence]
    )
    try MessageColumns.renewChecksum(of: message.id, db)
    if let attachment = message.attachmentID { try releaseAttachment(attachment) }
    for table in ["message_versions", "reactions"] {
      try db.run(
        "DELETE FROM \(table) WHERE conversation_id = ? AND sequence = ?",
        [conversation, sequence]
      )
    }
    try stopCounting(message, in: open)
    try record(
      .messageDeleted(message.id, by: context.actor),
      in: open,
      at: time,
      for: viewers(of: message.id, in: open)
    )
    return DeletedMessage(id: message.id, deletedAt: time)
  }

  private func messageToDelete(
    _ intent: DeleteMessage,
    in open: OpenConversation
  ) throws -> StoredMessage {
    if context.isAdministrator, open.activeIndex(of: context.actor) == nil {
      guard let message = try Queries.message(intent.message, db) else {
        throw ChatError.notFound(.message)
      }
      return message
    }
    let message = try visibleMessage(intent.message, in: open, to: context.actor)
    if message.deletedAt != nil || context.isAdministrator { return message }
    if let own = open.participant(context.actor), open.rules.managers.contains(own.conversationRole)
    {
      return message
    }
    guard isFromActor(message, in: open) else { throw ChatError.permissionDenied }
    let age = context.now.milliseconds - message.createdAt.milliseconds
    guard age <= Int64(intent.windowMilliseconds) else {
      throw ChatError.windowOver(.deleteForAll, milliseconds: intent.windowMilliseconds)
    }
    return message
  }

  /// A deleted message is nobody's unread one any more.
  private func stopCounting(_ message: StoredMessage, in open: OpenConversation) throws {
    for (index, member) in open.members.enumerated() {
      let participant = member.participant
      guard participant.isActive, participant.read.upTo < message.id.sequence,
        !open.isParticipation(message.senderID, of: participant.userID),
        try !Queries.isHidden(message.id, from: participant.userID, db)
      else { continue }
      putOff(open)
      open.changeMember(at: index) { $0.notCountedAfterRead += 1 }
    }
  }
}
