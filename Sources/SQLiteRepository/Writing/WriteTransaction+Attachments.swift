import ChatModel
import ChatRepository
import GRDB

extension WriteTransaction {
  func startAttachment(_ intent: StartAttachment) throws -> Attachment {
    _ = try activeUser(context.actor)
    try checkQuota(for: intent)
    let attachment = Attachment(
      id: freshAttachmentID(),
      owner: context.actor,
      fileName: intent.fileName,
      contentType: intent.contentType,
      size: intent.size,
      hash: intent.hash,
      createdAt: context.now,
      updatedAt: context.now
    )
    try db.run(
      """
      INSERT INTO attachments (attachment_id, owner_id, file_name, content_type, state, size,
        sha256, bytes, created_at, updated_at) VALUES (?, ?, ?, ?, 'uploading', ?, ?, ?, ?, ?)
      """,
      [
        attachment.id.description, attachment.owner.rawValue, attachment.fileName,
        attachment.contentType.rawValue, attachment.size, attachment.hash?.data,
        intent.reservedBytes, context.now.milliseconds, context.now.milliseconds,
      ]
    )
    return attachment
  }

  private func checkQuota(for intent: StartAttachment) throws {
    let usage = try Queries.attachmentUsage(of: context.actor, db)
    let quota = intent.limits.quota
    let rules: [(what: String, used: Int64, more: Int64, most: Int64)] = [
      ("bytes of attachments", usage.bytes, intent.reservedBytes, quota.bytesMax),
      ("attachments", usage.files, 1, quota.filesMax),
      ("unfinished uploads", usage.uploads, 1, quota.uploadsMax),
    ]
    for rule in rules where rule.used + rule.more > rule.most {
      throw ChatError.limitReached(
        "you have \(rule.used) \(rule.what) and asked for \(rule.more) more; at most \(rule.most) "
          + "are accepted: discard what you do not need"
      )
    }
  }

  func completeAttachment(_ intent: CompleteAttachment) throws -> Attachment {
    var attachment = try ownAttachment(intent.id).attachment
    if attachment.state != .uploading { return attachment }
    attachment.state = intent.state
    attachment.size = intent.blob.size
    attachment.hash = intent.blob.hash
    attachment.updatedAt = max(context.now, attachment.updatedAt)
    try db.run(
      """
      UPDATE attachments SET state = ?, size = ?, sha256 = ?, bytes = ?, needs_thumbnail = ?,
        unused_since = ?, updated_at = ? WHERE attachment_id = ?
      """,
      [
        intent.state.rawValue, intent.blob.size, intent.blob.hash.data, intent.blob.size,
        intent.needsThumbnail, context.now.milliseconds, attachment.updatedAt.milliseconds,
        intent.id.description,
      ]
    )
    return attachment
  }

  func inspectAttachment(_ intent: InspectAttachment) throws -> Bool {
    guard let stored = try Queries.attachment(intent.id, db), stored.waiting != nil else {
      return false
    }
    let time = max(context.now, stored.attachment.updatedAt).milliseconds
    switch intent.finding {
    case .clean, .rejected:
      guard stored.attachment.state == .pending else { return false }
      let isClean = intent.finding == .clean
      try db.run(
        """
        UPDATE attachments SET state = ?1, needs_thumbnail = needs_thumbnail AND ?2,
          bytes = iif(?2, bytes, 0), updated_at = ?3 WHERE attachment_id = ?4
        """,
        [isClean ? "clean" : "rejected", isClean, time, intent.id.description]
      )
      try tell(of: stored.attachment, isClean ? .clean : .rejected, hasThumbnail: false)
    case .thumbnail(let blob):
      guard stored.needsThumbnail else { return false }
      try db.run(
        """
        UPDATE attachments SET needs_thumbnail = 0, thumbnail_size = ?, thumbnail_sha256 = ?,
          updated_at = ? WHERE attachment_id = ?
        """,
        [blob?.size, blob?.hash.data, time, intent.id.description]
      )
      if blob != nil { try tell(of: stored.attachment, .clean, hasThumbnail: true) }
    }
    return true
  }

  /// Tells the owner, and those who see it in a message, of whom some may wait for it.
  private func tell(
    of attachment: Attachment,
    _ state: AttachmentState,
    hasThumbnail: Bool
  ) throws {
    var concerned = [attachment.owner]
    for message in try Queries.messages(with: attachment.id, db) {
      guard let open = try conversation(message.conversation) else { throw DamagedRow() }
      concerned += try viewers(of: message, in: open) ?? open.audience
    }
    let change = AttachmentChange(id: attachment.id, state: state, hasThumbnail: hasThumbnail)
    try record(
      .attachmentChanged(change),
      at: max(context.now, attachment.updatedAt),
      for: Set(concerned).sorted { $0.rawValue < $1.rawValue }
    )
  }

  // MARK: The end

  func discardAttachment(_ intent: DiscardAttachment) throws -> RemovedAttachment {
    let stored = try ownAttachment(intent.id)
    guard stored.useCount == 0 else { throw ChatError.failedPrecondition(.attachmentInUse) }
    try remove(stored)
    return stored.removed
  }

  func collectAttachments(_ intent: CollectAttachments) throws -> [RemovedAttachment] {
    let old = try attachments(
      "a.state = 'uploading' AND a.created_at < ? ORDER BY a.created_at LIMIT ?",
      [intent.uploadsBefore.milliseconds, intent.limit]
    )
    let unused = try attachments(
      "a.unused_since IS NOT NULL AND a.unused_since < ? ORDER BY a.unused_since LIMIT ?",
      [intent.unusedBefore.milliseconds, intent.limit]
    )
    for stored in old + unused { try remove(stored) }
    return (old + unused).map(\.removed)
  }

  private func attachments(
    _ condition: String,
    _ arguments: [any StoredValue]
  ) throws -> [StoredAttachment] {
    try db.all(
      "SELECT \(StoredAttachment.columns) FROM attachments a WHERE \(condition)",
      arguments
    ) { try $0.attachment() }
  }

  private func remove(_ stored: StoredAttachment) throws {
    try db.run(
      "DELETE FROM attachments WHERE attachment_id = ?",
      [stored.attachment.id.description]
    )
  }

  private func ownAttachment(_ id: AttachmentID) throws -> StoredAttachment {
    guard let stored = try Queries.attachment(id, db), stored.attachment.owner == context.actor
    else { throw ChatError.notFound(.attachment) }
    return stored
  }

  // MARK: Messages

  /// Throws unless the actor may send the attachment of a message: his own, or one of a message that
  /// he may see and forwards.
  func checkAttachment(of intent: AppendMessage) throws {
    guard let id = intent.attachmentID else { return }
    guard let attachment = try Queries.attachment(id, db)?.attachment else {
      throw ChatError.notFound(.attachment)
    }
    if attachment.owner != context.actor {
      guard intent.forwardedFrom != nil,
        try Queries.isAttachment(id, inMessageSeenBy: context.actor, db)
      else { throw ChatError.notFound(.attachment) }
    }
    switch attachment.state {
    case .uploading: throw ChatError.failedPrecondition(.attachmentIncomplete)
    case .rejected: throw ChatError.failedPrecondition(.attachmentRejected)
    case .pending, .clean: break
    }
    if intent.type == .image, !attachment.contentType.isImage {
      throw ChatError.failedPrecondition(.notAnImage)
    }
  }

  /// One message more has the attachment.
  func useAttachment(_ id: AttachmentID) throws {
    try db.run(
      """
      UPDATE attachments SET use_count = use_count + 1, unused_since = NULL
      WHERE attachment_id = ?
      """,
      [id.description]
    )
  }

  /// One message fewer has the attachment.
  func releaseAttachment(_ id: AttachmentID) throws {
    try db.run(
      """
      UPDATE attachments SET use_count = use_count - 1,
        unused_since = CASE use_count WHEN 1 THEN ? END WHERE attachment_id = ?
      """,
      [context.now.milliseconds, id.description]
    )
  }
}
