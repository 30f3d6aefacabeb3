public import ChatModel
public import ChatRepository

extension SQLiteRepository {
  public func attachment(
    _ id: AttachmentID,
    visibleTo viewer: UserID?
  ) async throws(ChatError) -> Attachment? {
    try await read { snapshot in
      guard let attachment = try Queries.attachment(id, snapshot.db)?.attachment else {
        return nil
      }
      guard let viewer, viewer != attachment.owner else { return attachment }
      let isSeen = try Queries.isAttachment(id, inMessageSeenBy: viewer, snapshot.db)
      return isSeen ? attachment : nil
    }
  }

  public func attachmentUsage(of user: UserID) async throws(ChatError) -> AttachmentUsage {
    try await read { try Queries.attachmentUsage(of: user, $0.db) }
  }

  public func waitingAttachment(
    _ id: AttachmentID
  ) async throws(ChatError) -> WaitingAttachment? {
    try await read { try Queries.attachment(id, $0.db)?.waiting }
  }

  public func waitingAttachments(
    after: AttachmentID?,
    limit: Int
  ) async throws(ChatError) -> [WaitingAttachment] {
    try await read { try Queries.waitingAttachments(after: after, limit: limit, $0.db) }
  }

  public func isBlobUsed(_ hash: ContentHash) async throws(ChatError) -> Bool {
    try await read { try Queries.isBlobUsed(hash, $0.db) }
  }
}
